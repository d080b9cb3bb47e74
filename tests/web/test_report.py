"""The report on the documents of a chat: what was read and what was not, in the reader's language."""

from corpus.document import assemble_document
from corpus.readers.raw import Raw
from corpus.types import FailedFile
from web.report import report_page

DOCUMENTS = [
    assemble_document(
        "好.docx",
        Raw(
            "第一条 为了规范管理，制定本办法，适用于全市各级机关和事业单位，其他单位参照执行，由市财政局负责解释，自公布之日起施行。\n"
        ),
        "",
    ),
    assemble_document(
        "扫描.pdf",
        Raw(
            "第一条 为了规范管理，制定本办法，适用于全市各级机关和事业单位，其他单位参照执行，由市财政局负责解释，自公布之日起施行。\n",
            pages=(0,),
            warnings=("3 of 4 pages have no text layer and were read by OCR: check figures against the original",),
        ),
        "",
    ),
    assemble_document("乱\u202e.txt", Raw("第一条 甲\n"), ""),
]
FAILED = [FailedFile("密.pdf", "the PDF is encrypted — save it without a password")]


def test_the_report_in_chinese() -> None:
    told = report_page(DOCUMENTS, FAILED, "zh")
    assert told.startswith(
        "# 文件读取报告\n\n共 4 份文件，读取 3 份\n\n| 格式 | 文件 | 已读取 | 未读取 | 有提示 | 文字识别页数 |\n"
    )
    assert "| .pdf | 2 | 1 | 1 | 1 | 3 |" in told
    assert "| 合计 | 4 | 3 | 1 | 1 | 3 |" in told
    assert "- 密.pdf: PDF 已加密，请去掉密码后另存" in told
    assert (
        "- 扫描.pdf: 3 页（共 4 页）没有文字层，由文字识别读取，数字请与原件核对——请与原件核对数字，或索取有文字的版本"
        in told
    )
    assert "- 扫描.pdf: 3 页" in told
    assert "- 乱\\u202e.txt: 只有 4 个字" in told


def test_the_report_in_english() -> None:
    told = report_page(DOCUMENTS, FAILED, "en")
    assert "3 of 4 files read" in told
    assert "- 密.pdf: the PDF is encrypted — save it without a password" in told
    assert "## Doubtful text" in told


def test_a_report_on_nothing() -> None:
    assert "共 0 份文件" in report_page([], [], "zh")
