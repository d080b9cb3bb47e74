"""What of a saved web page is its document: the article, its title, the facts above it; and what is only around it.

Knows nothing of how the article's text is written down.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import TYPE_CHECKING

from corpus.titles import is_generic

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

_DROPPED = (
    "script,style,noscript,template,nav,aside,iframe,object,embed,svg,canvas,button,input,select,textarea,audio,video"
)
# English words, and the letters of Chinese ones that the makers of government sites use: 分享, 相关新闻, 当前位置, 二维码.
_AROUND = re.compile(
    r"(?:^|[-_ ])(?:nav|navbar|menu|breadcrumb|crumbs?|footer|foot|header|topbar|sidebar|side|share|social|copyright|related"
    r"|recommend|comments?|toolbar|search|login|advert|ads?|banner|pager|pagination|print|qrcode|friendlink|links|hot|rank"
    r"|bdshare\w*|bshare\w*|jiathis\w*|share\w*|\w+share|fenxiang|fx|related\w*|xgyd|xglj|xgxw|xgwz|xgxx|xgjd|xgwj|xgzc|dqwz|weizhi"
    r"|ewm|erweima|dayin|prenext|pre_next|shangxia|yqlj|wp_nav)(?:$|[-_ ])",
    re.IGNORECASE,
)
_HEAD = re.compile(r"(?:^|[-_ ])header(?=$|[-_ ])", re.IGNORECASE)
_ARTICLE_BOX = re.compile(r"(?:^|[-_ ])article(?:$|[-_ ])", re.IGNORECASE)
_OF_THE_ARTICLE = re.compile(r"(?:article|content|news|detail|arti|doc|post)[-_]?header", re.IGNORECASE)
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Where the makers of Chinese government and university sites keep the article, and what HTML itself offers.
_ARTICLE = (
    "#zoom, #UCAP-CONTENT, .TRS_Editor, .TRS_UEDITOR, .pages_content, .article-content, .news_content, #article-content"
    ", #vsb_content, .v_news_content, .wp_articlecontent, .ewb-article-text, .article-con, .xl-content, #js_content, article, main"
)
_BLOCK_TAGS = """
address article blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main ol
p pre section table tbody td tfoot th thead tr ul
"""
BLOCKS = frozenset(_BLOCK_TAGS.split())
_INLINE = frozenset(("b", "strong", "font", "em", "i", "u", "a", "sup", "sub"))
DEPTH_LIMIT = 200
NESTED_LIMIT = 5000  # boxes within boxes: 5,000 take two seconds, 100,000 two minutes
_TAG = re.compile(r"<(?:(?:script|style)\b.*?</(?:script|style)|[^<>]*)>", re.IGNORECASE | re.DOTALL)
_BOX = re.compile(r"<(/?)(?:div|span|section|article|table|ul|ol|font|b|i)\b", re.IGNORECASE)
# Boxes of what stands around an article are looked at so often: each look takes as long as the box is large.
_AROUND_LIMIT = 2000
_RELATED = re.compile(
    r"[【\[（(]?(?:相关(?:阅读|链接|新闻|文章|信息|稿件|解读|政策|文件|内容|报道|专题|推荐|资讯|文档|热点)|(?:推荐|延伸|扩展)阅读"
    r"|(?:热门|热点|最新|推荐)(?:文章|新闻|资讯|推荐|信息|公告)|友情链接|猜你喜欢|(?:网站|站点|栏目|快速)导航|分享(?:到|至))"
    r"[】\]）)]?\s*[:：]?\s*(?:更多)?\s*[>»]*"
)
_FILE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|zip|rar|7z)(?:$|[?#])", re.IGNORECASE)
_TOOL = (
    r"[【\[（(]?(?:打印(?:本页|此页|文章|正文)?|关闭(?:本页|窗口|此页)?|收藏(?:本页)?|分享(?:到|至)?|返回(?:顶部|首页|列表|上一页)?"
    r"|字号|字体(?:大小)?|大|中|小|复制链接|我要纠错|纠错|语音播报|朗读|微信(?:好友)?|(?:新浪|腾讯)?微博|QQ(?:空间|好友)?|朋友圈|二维码"
    r"|扫一扫\S{0,20}|(?:浏览|点击|阅读|访问)(?:次数|量|数)|[0-9]++|次)[】\]）)]?[:：]?"
)
_TOOLS = re.compile(rf"(?:{_TOOL}[\s|｜/·、,，>»]*+)++")
_SURELY = re.compile(
    r"打印|关闭|分享|收藏|字体|字号|返回|(?:浏览|点击|阅读|访问)(?:次数|量|数)|微信|扫一扫|语音播报|纠错|复制链接"
)
_PLACE = re.compile(r"(?:当前|您|你|现在|所在)[^：:]{0,6}位置\s*[:：].{0,150}|(?:上一|下一)[篇条页]\s*[:：].{0,120}")
_COUNTER = re.compile(r"\s+(?:浏览|点击|阅读|访问)(?:次数|数|量)[:：]?\s*\[?[0-9]+\]?\s*次?(?=\s|$)")
_LINE_LIMIT = 160
# Facts about a document that stand in a table or line above it, by the property they are.
_LABELS = {
    "": ("索引号", "信息索引号", "主题分类"),
    "issuer": ("发文机关", "发文单位", "发布机构", "发布机关", "制发机关", "制定机关", "公开机构", "发布单位"),
    "number": ("发文字号", "发文号", "公文字号", "文件编号", "文件号", "文号"),
    "issued": ("成文日期", "发文日期", "生成日期", "制发日期", "印发日期"),
    "published": ("发布日期", "发布时间", "公开日期", "公布日期", "发稿时间"),
    "publisher": ("信息来源", "来源"),
    "effective": ("实施日期", "施行日期", "生效日期"),
    "expires": ("废止日期", "失效日期"),
    "status": ("有效性", "效力状态", "时效性", "有效状态", "是否有效"),
}
_PROPERTY = {label: name for name, labels in _LABELS.items() for label in labels}
_OTHER_LABELS = (
    "浏览次数", "点击次数", "阅读次数", "点击数", "浏览量", "阅读量", "访问量", "浏览", "点击", "字体", "字号", "打印", "分享", "收藏",
    "责任编辑", "编辑", "审核", "作者", "发布者", "标题", "名称", "信息名称", "文件名称", "主题词", "公开方式", "公开范围", "体裁分类",
    "服务对象", "关键词", "内容概述", "公开时限",
)  # fmt: skip


def _spaced_pattern(labels: tuple[str, ...] | dict[str, str]) -> str:
    """A pattern for any of the labels, the longest first; sites set them with spaces: 文　号."""
    longest_first = sorted(labels, key=len, reverse=True)
    return "|".join("[ \u3000\xa0]*".join(label) for label in longest_first)


_ANY = _spaced_pattern((*_PROPERTY, *_OTHER_LABELS))
_ENDS = rf"[ \u3000\xa0]*(?:[:：]|(?=\t))\s*(?!(?:{_ANY})[ \u3000\xa0]*[:：\t])"
_FACT = re.compile(
    rf"(?:(?<=[\t \u3000\xa0【\[])|^)(?P<label>{_spaced_pattern(_PROPERTY)}){_ENDS}(?P<value>[^\t]{{1,80}}?)[】\]]?"
    rf"(?=[ \u3000\xa0|【\[（(]+(?:{_ANY})[ \u3000\xa0]*[:：]|[ \u3000\xa0]*(?:\t|$))"
)
# A number and a date that stand under the title without a label.
_NUMBER = re.compile(
    r"(?:^|[\t ])([\u4e00-\u9fff]{2,15}[〔\[［（(](?:19|20)[0-9]{2}[〕\]］）)]第?[0-9]{1,4}号)(?=[\t ]|$)"
)
_DATE = re.compile(r"(?:^|[\t ])((?:19|20)[0-9]{2}[-年./][0-9]{1,2}[-月./][0-9]{1,2}日?)(?=[\t ]|$)")
_DOCUMENT_NAME = re.compile(
    r"(?:关于|通知|办法|规定|意见|公告|细则|方案|条例|决定|批复|公示|解读|指南|标准|规划|报告|通报)"
)
_TITLES = ".title, .tit, .bt, .biaoti, .arti_title, .article-title, .news_title, .newstitle, .xl-title, .ewb-article-tt, #activity-name"
_SITE = re.compile(
    r"\s*[-–—_|]+\s*[^-–—_|]{2,30}(?:网|网站|政府|门户|平台|局|委|委员会|厅|部|办公室|大学|学院|中心)\s*$"
)

_SITE_ALONE = re.compile(r".{2,25}(?:网|网站|门户|平台|人民政府|信息公开|首页)")


def title_of_page(tree: LexborHTMLParser) -> str:
    """A heading that the window repeats, else the first one, else the window's title without the site; "" where that is all."""
    node = tree.css_first("title")
    window = " ".join(node.text().split()) if node is not None else ""
    headings = [words for words in map(_words_of, tree.css("h1")) if 2 <= len(words) <= 100 and not is_generic(words)]
    named = [words for words in headings if words in window]
    if named:
        return max(named, key=len)
    if headings:
        return headings[0]
    boxes = [words for words in map(_words_of, tree.css(_TITLES)[:50]) if 6 <= len(words) <= 100]
    found = next((words for words in boxes if words in window or _DOCUMENT_NAME.search(words)), "")
    return found or _without_site(window)


def _words_of(node: LexborNode) -> str:
    return " ".join(node.text().split())


def _without_site(window: str) -> str:
    """The window's title without the name of the site behind it."""
    shorter = _SITE.sub("", window)
    while shorter and shorter != window:
        window, shorter = shorter, _SITE.sub("", shorter)
    shorter = re.split(r"[_|]| [-–—] ", window)[0].strip()
    return "" if _SITE_ALONE.fullmatch(shorter) and not _DOCUMENT_NAME.search(shorter) else shorter


def is_too_deep(html: str) -> bool:
    """Whether elements are nested deeper than any page's are: looking at each with all that is in it would take minutes."""
    depth = 0
    for tag in _BOX.finditer(html):
        depth += -1 if tag[1] else 1
        if depth > NESTED_LIMIT:
            return True
    return False


def without_tags(html: str) -> list[str]:
    """The lines of text between the tags, whatever part of the page they are."""
    return [line for piece in _TAG.split(html) if (line := " ".join(unescape(piece).split()))]


def strip_surroundings(body: LexborNode) -> None:
    """Takes out what is no text or not seen, menus, head and foot, buttons, and lists of links to other pages."""
    gone: set[int] = set()
    for node in body.css(_DROPPED):
        if node.mem_id not in gone:
            _take_out(node, gone)
    total = len(body.text(strip=True)) or 1
    looks = 0
    for node in body.css("[class], [id], [style], [hidden], div[title], header, footer, form"):
        if node.mem_id in gone or not _is_around(node):
            continue
        looks += 1
        if looks > _AROUND_LIMIT:
            break
        # Some pages wrap everything in a "header" or "links" box: what holds most of the text stays.
        if node.tag not in ("body", "html", "article", "main") and len(node.text(strip=True)) * 2 < total:
            _take_out(node, gone)
    for node in list(_related_headings(body)):
        if node.mem_id not in gone:
            _take_out_related(node, total, gone)


def _is_around(node: LexborNode) -> bool:
    # LibreOffice saves the running head and foot of a text as a div titled so.
    names = " ".join(node.attributes.get(name) or "" for name in ("class", "id", "title"))
    unseen = "hidden" in node.attributes or _UNSEEN.search(node.attributes.get("style") or "")
    if (node.tag == "header" or _HEAD.search(names)) and not unseen and _is_in_article(node):
        return bool(_AROUND.search(_HEAD.sub("", names)))  # its title and date, not the site's
    return bool(unseen or node.tag in ("header", "footer", "form") or _AROUND.search(_OF_THE_ARTICLE.sub("", names)))


def _is_in_article(node: LexborNode) -> bool:
    above = node.parent
    while above is not None and above.tag not in ("body", "html"):
        if above.tag == "article" or _ARTICLE_BOX.search(above.attributes.get("class") or ""):
            return True
        above = above.parent
    return False


def _take_out(node: LexborNode, gone: set[int]) -> None:
    """Frees a box; what lies in it must not be touched again."""
    gone.update(inner.mem_id for inner in node.css("*"))
    gone.add(node.mem_id)
    node.decompose()


def _related_headings(body: LexborNode) -> Iterator[LexborNode]:
    """The elements that say no more than 相关阅读 or the like."""
    for node in body.traverse(include_text=True):
        if node.tag == "-text":
            words = (node.text_content or "").strip()
            if 3 < len(words) < 20 and _RELATED.fullmatch(words) and node.parent is not None:
                yield node.parent


def _take_out_related(heading: LexborNode, total: int, gone: set[int]) -> None:
    """The largest box of links under a heading; where the links stand beside it, each up to the next other text."""
    if _is_in_a_table(heading):
        return  # a column that is called so
    node, words = heading, len(heading.text(strip=True))
    while node.parent is not None and node.parent.tag not in ("body", "html", "article", "main"):
        if not _is_links(node.parent, total, words):
            break
        node = node.parent
    following = node.next
    _take_out(node, gone)
    while following is not None and (following.tag == "-text" or _is_links(following, total, 0)):
        node, following = following, following.next
        if node.tag == "-text" and (node.text_content or "").strip():
            return
        if node.tag != "-text":
            _take_out(node, gone)


def _is_in_a_table(node: LexborNode) -> bool:
    above = node
    while above.parent is not None and above.tag != "table":
        above = above.parent
    return above.tag == "table" and is_data(above)


def _is_links(node: LexborNode, total: int, heading: int) -> bool:
    """Whether a box holds little but links to other pages and a heading of so many characters; files to take along are none."""
    words = len(node.text(strip=True))
    links = node.css("a")
    if words * 3 > total or any(_FILE.search(link.attributes.get("href") or "") for link in links):
        return False
    linked = sum(len(link.text(strip=True)) for link in links)
    return words <= heading or (linked > 0 and linked >= 0.6 * (words - heading))


def main_box(body: LexborNode) -> LexborNode:
    """The box of the article: a known one that holds most text of its kind, else the smallest that holds most of the page."""
    total = len(body.text(strip=True))
    known = max(body.css(_ARTICLE), key=lambda node: len(node.text(strip=True)), default=None)
    if known is not None and len(known.text(strip=True)) * 3 > total:
        return known
    node = body
    for _ in range(DEPTH_LIMIT):
        children = [child for child in node.iter() if child.tag in BLOCKS]
        best = max(children, key=_text_weight, default=None)
        if best is None or best.tag in ("p", "ul", "ol") or _text_weight(best) < 0.8 * _text_weight(node):
            return node
        if best.tag == "table" and is_data(best):
            return node
        node = best
    return node


def _text_weight(node: LexborNode) -> float:
    """Characters of text, those of links counted against it."""
    return len(node.text(strip=True)) - 1.5 * sum(len(link.text(strip=True)) for link in node.css("a"))


def is_data(table: LexborNode) -> bool:
    """A table with rows of several cells and no table inside; others only lay a page out, as does one that holds an article."""
    if len(table.css("table")) > 1:
        return False
    if not any(len(row.css("td, th")) > 1 for row in table.css("tr")):
        return False
    total = len(table.text(strip=True))
    cells = table.css("td") if total > 150 else []
    return not any(len(cell.css("p")) > 2 and len(cell.text(strip=True)) > 0.6 * total for cell in cells)


def facts_above(body: LexborNode, article: LexborNode) -> list[tuple[str, str, str]]:
    """What stands above the article about it: label, value, and the property that it is ("" for none), each label once."""
    found: dict[str, tuple[str, str, str]] = {}
    beginning, before = article.text(strip=True)[:600], _text_before(body, article)
    for match in _FACT.finditer(before):
        label = re.sub(r"\s", "", match["label"])
        value = " ".join(match["value"].split()).strip("|｜ ")
        if label not in found and value and value not in ("无", "-", "--", "/") and value not in beginning:
            found[label] = (label, value, _PROPERTY[label])
    known = {name for _, _, name in found.values()}
    for pattern, name in ((_NUMBER, "number"), (_DATE, "published")):
        bare = pattern.findall(before)
        if bare and name not in known and bare[-1] not in beginning:
            found[name] = ("", bare[-1], name)
    return list(found.values())


def _text_before(body: LexborNode, article: LexborNode) -> str:
    """The text before the article, a tab between any two elements."""
    pieces: list[str] = []
    for node in body.traverse(include_text=True):
        if node.mem_id == article.mem_id:
            break
        if node.tag == "-text":
            pieces.append(re.sub(r"\s+", " ", node.text_content or ""))
        elif node.tag not in _INLINE:
            pieces.append("\t")
    return re.sub(r"[ ]*\t[\t ]*", "\t", "".join(pieces))


def without_counters(line: str) -> str:
    """A line without how often the page was looked at, which changes with every look."""
    return _COUNTER.sub("", line) if len(line) <= _LINE_LIMIT else line


def is_tool(line: str) -> bool:
    """Whether a line is only what a page offers to do: print, close, share, go to the next page."""
    if len(line) > _LINE_LIMIT:
        return False
    return bool(_PLACE.fullmatch(line) or (_SURELY.search(line) and _TOOLS.fullmatch(line)))
