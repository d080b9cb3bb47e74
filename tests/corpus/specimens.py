"""One notice written in every format, made by each format's own tools, so that each reader can be held to the same text."""

import io
import zipfile
from pathlib import Path

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")

TITLE = "某某市差旅费管理办法"
NUMBER = "某财行〔2021〕5号"
FIRST = "为了规范差旅费管理，制定本办法。本办法适用于全市各级党政机关、人民团体、事业单位以及参照公务员法管理的单位，其他单位参照执行。"
HEADER = ("职级", "住宿标准", "伙食补助")
ROWS = (("厅级", "800元", "100元"), ("处级", "500元", "100元"), ("科级及以下", "350元", "80元"))
PARAGRAPHS = (
    f"第一条 {FIRST}",
    "第二条 差旅住宿标准按照下表执行。",
)
AFTER = (
    "第三条 有下列情形之一的，不予报销：",
    "（一）无出差审批单的；",
    "（二）超过标准的部分。",
    "依照本办法第二条的规定，由财政部门解释。",
    "第四条 本办法自2021年4月1日起施行，有效期5年。",
)
OPINION = (
    "各部门应当建立健全工作机制，明确责任分工，细化落实举措，于每年12月31日前报送年度总结。对成效显著的单位给予通报表扬，"
    "对推进不力、造成不良影响的，依规依纪追究责任。力争到2025年，规模以上工业总产值突破3000亿元，研发投入占比达到3.3%，"
    "新增高新技术企业120家以上，培育专精特新企业30家，引进高层次人才1500名。"
)
SIGNATURE = ("某某市财政局", "2021年3月9日")


def html() -> bytes:
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in ROWS)
    head = "<tr>" + "".join(f"<th>{cell}</th>" for cell in HEADER) + "</tr>"
    paragraphs = "".join(f"<p>　　{text}</p>" for text in PARAGRAPHS)
    after = "".join(f"<p>　　{text}</p>" for text in (*AFTER, *SIGNATURE))
    return f"""<html><head><meta charset="utf-8"><title>{TITLE}_某某市人民政府</title>
<script>var x = "<p>不是正文</p>";</script></head><body>
<div class="header"><a href="/">首页</a><a href="/z">政务公开</a></div>
<div class="breadcrumb">当前位置：首页 &gt; 政策文件</div>
<div id="zoom"><h1>{TITLE}</h1><p>{NUMBER}</p>{paragraphs}
<table><caption>表1 差旅标准</caption>{head}{rows}</table>{after}</div>
<div class="share">分享到：微信</div><div class="footer">版权所有 某某市人民政府办公室</div></body></html>""".encode()


def mhtml() -> bytes:
    from email.message import EmailMessage

    message = EmailMessage()
    message["Subject"] = TITLE
    message["MIME-Version"] = "1.0"
    message.set_content("纯文本")
    message.add_alternative(html().decode(), subtype="html")
    return message.as_bytes()


def docx() -> bytes:
    import docx as word
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    document = word.Document()
    document.add_paragraph(TITLE, style="Title")
    document.add_paragraph(NUMBER)
    numbering = document.part.numbering_part.element
    numbering.insert(
        0,
        parse_xml(
            f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
            '<w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="space"/><w:lvlText w:val="第%1条"/></w:lvl>'
            '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>'
            "</w:abstractNum>"
        ),
    )
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))

    def numbered(text: str, level: int) -> None:
        paragraph = document.add_paragraph(text)
        mark = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(mark))

    def write(text: str) -> None:
        if text.startswith("第"):
            numbered(text.split(" ", 1)[1], 0)
        elif text.startswith("（"):
            numbered(text[3:], 1)
        else:
            document.add_paragraph(text)

    for text in PARAGRAPHS:
        write(text)
    document.add_paragraph("表1 差旅标准")
    table = document.add_table(rows=1 + len(ROWS), cols=3)
    for row, cells in enumerate((HEADER, *ROWS)):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    for text in (*AFTER, *SIGNATURE):
        write(text)
    return _saved(document)


def _saved(document: object) -> bytes:
    stream = io.BytesIO()
    document.save(stream)  # type: ignore[attr-defined]
    return stream.getvalue()


def xlsx() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "标准"
    sheet.append(["某某市差旅标准"])
    sheet.merge_cells("A1:C1")
    sheet.append(list(HEADER))
    for row in ROWS:
        sheet.append(list(row))
    return _saved(book)


def csv() -> bytes:
    return "\r\n".join(",".join(row) for row in (HEADER, *ROWS)).encode("gb18030")


def pptx() -> bytes:
    from pptx import Presentation
    from pptx.util import Inches

    deck = Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = TITLE
    box = slide.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1))
    box.text_frame.text = PARAGRAPHS[1]
    table = slide.shapes.add_table(1 + len(ROWS), 3, Inches(1), Inches(3), Inches(6), Inches(2)).table
    for row, cells in enumerate((HEADER, *ROWS)):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    second = deck.slides.add_slide(deck.slide_layouts[5])
    second.shapes.title.text = "不予报销的情形"
    second.shapes.add_textbox(Inches(1), Inches(2), Inches(6), Inches(1)).text_frame.text = AFTER[1]
    return _saved(deck)


def pdf(*, columns: bool = False) -> bytes:
    """Three pages with running head and foot and broken lines; page 2 has a ruled table. With `columns`: text in two columns."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=A4, invariant=1)
    width, height = A4
    if columns:
        _columns(canvas, height)
        canvas.save()
        return stream.getvalue()

    def page(number: int, lines: list[tuple[str, float, int]], table: bool) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(72, height - 40, "某某市人民政府公报 2021年第3期")
        canvas.drawCentredString(width / 2, 36, f"— {number} —")
        y = height - 90
        for text, x, size in lines:
            canvas.setFont("STSong-Light", size)
            canvas.drawString(x, y, text)
            y -= size * 1.7
        if table:
            _ruled(canvas, y)
        canvas.showPage()

    wide = 28
    opening = _broken(PARAGRAPHS[0], wide)
    page(
        1,
        [(TITLE, 180, 22), (NUMBER, 230, 16), *opening, *_broken(PARAGRAPHS[1], wide), ("表1 差旅标准", 220, 16)],
        True,
    )
    page(2, [line for text in AFTER[:3] for line in _broken(text, wide)], False)
    page(3, [line for text in AFTER[3:] for line in _broken(text, wide)] + [(t, 340, 16) for t in SIGNATURE], False)
    canvas.save()
    return stream.getvalue()


def form(*fields: tuple[str, str]) -> bytes:
    """A PDF form: a line, and ruled rows of a label and a field with its value."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    canvas.setFont("STSong-Light", 14)
    canvas.drawString(72, 760, "请如实填写下列各项，并对其真实性负责。")
    for row, (label, value) in enumerate(fields):
        y = 700 - row * 36
        canvas.rect(72, y, 140, 36)
        canvas.rect(212, y, 260, 36)
        canvas.drawString(80, y + 12, label)
        canvas.acroForm.textfield(name=f"field{row}", value=value, x=216, y=y + 6, width=240, height=24, borderWidth=0)
    canvas.save()
    return stream.getvalue()


def _broken(text: str, wide: int) -> list[tuple[str, float, int]]:
    """Lines of 16 pt as a typesetter breaks them: the first one indented by two characters."""
    lines = [(text[: wide - 2], 72 + 32.0, 16)]
    lines += [(text[place : place + wide], 72.0, 16) for place in range(wide - 2, len(text), wide)]
    return lines


def _ruled(canvas: object, top: float) -> None:
    for row, cells in enumerate((HEADER, *ROWS)):
        for column, text in enumerate(cells):
            x, y = 72 + column * 140, top - row * 28
            canvas.rect(x, y - 20, 140, 28)  # type: ignore[attr-defined]
            canvas.setFont("STSong-Light", 14)  # type: ignore[attr-defined]
            canvas.drawString(x + 6, y - 10, text)  # type: ignore[attr-defined]


LEFT_COLUMN = (
    "左栏的文字从这里开始，一直写到本栏的末尾，共有好几行，读的时候不能串到右边一栏里去，"
    "否则意思就全乱了，引文也就错了，所以要先读完这一栏。"
)
RIGHT_COLUMN = (
    "右栏的文字接在左栏之后，也有好几行，版面分析应当先把左栏读完，再来读右栏，"
    "这样前后文才能连贯，句子才不会断开，引用才能够准确无误。"
)


def _columns(canvas: object, height: float) -> None:
    for x, text in ((60, LEFT_COLUMN), (310, RIGHT_COLUMN)):
        canvas.setFont("STSong-Light", 16)  # type: ignore[attr-defined]
        for row, place in enumerate(range(0, len(text), 13)):
            canvas.drawString(x, height - 120 - row * 26, text[place : place + 13])  # type: ignore[attr-defined]


def ofd(*, template: str = "", picture: bytes = b"") -> bytes:
    """An OFD of two pages after GB/T 33190: OFD.xml, Document.xml, pages with TextObjects; mm, DeltaX with repetition.

    With `template` a template page with that line behind the first page; with `picture` a last page that shows that file.
    """
    space = 'xmlns:ofd="http://www.ofdspec.org/2016"'
    lines = [TITLE, NUMBER, *PARAGRAPHS, *AFTER, *SIGNATURE]
    pages: list[list[tuple[str, float]]] = [[]]
    for text in lines:
        for part, x, _ in _broken(text, 28) if text[0] in "第（依" else [(text, 160.0, 16)]:
            if len(pages[-1]) >= 9:
                pages.append([])
            pages[-1].append((part, x * 25.4 / 72))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "OFD.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><ofd:OFD {space} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo>'
            f"<ofd:DocID>1</ofd:DocID><ofd:Title>{TITLE}</ofd:Title></ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
            "</ofd:DocBody></ofd:OFD>",
        )
        count = len(pages) + bool(picture)
        entries = "".join(f'<ofd:Page ID="{10 + n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(count))
        named = '<ofd:TemplatePage ID="7" BaseLoc="Tpls/Tpl_0/Content.xml"/>' if template else ""
        named += "<ofd:DocumentRes>Res.xml</ofd:DocumentRes>" if picture else ""
        package.writestr(
            "Doc_0/Document.xml",
            f"<ofd:Document {space}><ofd:CommonData><ofd:MaxUnitID>99</ofd:MaxUnitID><ofd:PageArea>"
            f"<ofd:PhysicalBox>0 0 210 297</ofd:PhysicalBox></ofd:PageArea>{named}</ofd:CommonData>"
            f"<ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
        )
        for number, page in enumerate(pages):
            behind = '<ofd:Template TemplateID="7"/>' if template and not number else ""
            package.writestr(f"Doc_0/Pages/Page_{number}/Content.xml", _ofd_page(space, page, behind))
        if template:
            package.writestr("Doc_0/Tpls/Tpl_0/Content.xml", _ofd_page(space, [(template, 40.0)], top=15))
        if picture:
            shown = '<ofd:ImageObject ID="900" ResourceID="8" Boundary="20 20 170 100"/>'
            place = f"Doc_0/Pages/Page_{len(pages)}/Content.xml"
            package.writestr(place, _ofd_page(space, []).replace("</ofd:Layer>", f"{shown}</ofd:Layer>"))
            media = '<ofd:MultiMedia ID="8" Type="Image"><ofd:MediaFile>a.jb2</ofd:MediaFile></ofd:MultiMedia>'
            package.writestr("Doc_0/Res.xml", f'<ofd:Res {space} BaseLoc="Res">{media}</ofd:Res>')
            package.writestr("Doc_0/Res/a.jb2", picture)
    return stream.getvalue()


def _ofd_page(space: str, page: list[tuple[str, float]], behind: str = "", top: int = 30) -> str:
    size = 16 * 25.4 / 72
    objects = "".join(
        f'<ofd:TextObject ID="{100 + row}" Boundary="{x:.2f} {top + row * 10:.2f} 180 {size:.2f}" Font="1" Size="{size:.3f}">'
        f'<ofd:TextCode X="0" Y="{size * 0.85:.3f}" DeltaX="g {max(1, len(text) - 1)} {size:.3f}">{text}</ofd:TextCode></ofd:TextObject>'
        for row, (text, x) in enumerate(page)
    )
    return f'<ofd:Page {space}>{behind}<ofd:Content><ofd:Layer ID="2">{objects}</ofd:Layer></ofd:Content></ofd:Page>'


def picture(text: str = "") -> bytes:
    """A page of A4 at 200 dpi in 16 pt type, as PNG."""
    from PIL import Image, ImageDraw, ImageFont

    page = Image.new("L", (1654, 2339), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(FONT), 44, index=2)
    y = 180
    for text_line in text.split("\n"):
        for part, x, _ in _broken(text_line, 28):
            draw.text((200 + (x - 72) * 200 / 72, y), part, font=font, fill=0)
            y += 72
    stream = io.BytesIO()
    page.save(stream, "PNG")
    return stream.getvalue()


def scanned_pdf(text: str) -> bytes:
    """The picture as a PDF without a text layer."""
    from PIL import Image

    stream = io.BytesIO()
    Image.open(io.BytesIO(picture(text))).convert("L").save(stream, "PDF", resolution=200)
    return stream.getvalue()


def distance(first: str, second: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(second) + 1))
    for i, a in enumerate(first, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(second, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]
