"""Small files of old formats, made byte by byte after their specifications, because nothing here writes them."""

import itertools
import struct
from collections.abc import Mapping

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams: Mapping[str, bytes], loop: bool = False) -> bytes:
    """A compound file ([MS-CFB]); a name with a slash lies in a storage. Each stream is padded past the size of small ones.

    loop: the first stream's chain of sectors leads back to its start.
    """
    padded = {name: data + b"\0" * max(0, 4096 - len(data)) for name, data in streams.items()}
    storages = sorted({name.rsplit("/", 1)[0] for name in padded if "/" in name})
    entries = ["Root Entry", *storages, *padded]
    children: dict[str, list[int]] = {name: [] for name in ["Root Entry", *storages]}
    for place, name in enumerate(entries[1:], 1):
        children[name.rsplit("/", 1)[0] if "/" in name else "Root Entry"].append(place)
    following = {first: second for line in children.values() for first, second in itertools.pairwise(line)}
    sectors: list[bytes] = []
    fat: list[int] = []
    starts: dict[str, int] = {}

    def put(data: bytes) -> int:
        start, count = len(fat), max(1, -(-len(data) // _SECTOR))
        for number in range(count):
            sectors.append(data[number * _SECTOR : (number + 1) * _SECTOR].ljust(_SECTOR, b"\0"))
            fat.append(start + number + 1 if number + 1 < count else _END)
        return start

    for name, data in padded.items():
        starts[name] = put(data)
        if loop:
            fat[starts[name] + (len(data) - 1) // _SECTOR] = starts[name]
    directory = b""
    for place, name in enumerate(entries):
        kind = 5 if place == 0 else 1 if name in storages else 2
        short = name.rsplit("/", 1)[-1].encode("utf-16-le")
        child = children[name][0] if children.get(name) else _FREE
        size = len(padded[name]) if name in padded else 0
        start = starts.get(name, _END if place == 0 else 0)
        directory += short.ljust(64, b"\0") + struct.pack("<HBB", len(short) + 2, kind, 1)
        directory += struct.pack("<III", _FREE, following.get(place, _FREE), child) + b"\0" * 36
        directory += struct.pack("<IQ", start, size)
    first = put(directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0"))
    tables = -(-(len(fat) + 1) // (_SECTOR // 4 - 1))
    fat_at = len(fat)
    fat += [_FAT] * tables
    table = struct.pack(f"<{len(fat)}I", *fat).ljust(tables * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    head += struct.pack("<IIIIIIIII", 0, tables, first, 0, 4096, _END, 0, _END, 0)
    head += struct.pack("<109I", *(fat_at + number if number < tables else _FREE for number in range(109)))
    return head + b"".join(sectors) + table


def ppt(title: str, lines: list[str], notes: str) -> bytes:
    """A presentation ([MS-PPT]) of one slide: title and body in the outline, notes beside it."""

    def record(kind: int, data: bytes, instance: int = 0, holds: bool = True) -> bytes:
        return struct.pack("<HHI", instance << 4 | (0xF if holds else 0), kind, len(data)) + data

    def words(kind: int, text: str) -> bytes:
        head = record(3999, struct.pack("<I", kind), holds=False)
        return head + record(4000, text.encode("utf-16-le"), holds=False)

    def persist(number: int, identity: int) -> bytes:
        return record(1011, struct.pack("<IIIII", number, 0, 0, identity, 0), holds=False)

    outline = persist(2, 256) + words(0, title) + words(1, "\r".join(lines))
    document = record(1000, record(4080, outline) + record(4080, persist(3, 500), instance=2))
    slide = record(1006, record(1007, b"\0" * 16 + struct.pack("<II", 500, 0), holds=False))
    note = record(1008, record(1036, record(0xF002, record(0xF004, record(0xF00D, words(2, notes))))))
    places = (0, len(document), len(document) + len(slide))
    body = document + slide + note
    directory_at = len(body)
    body += record(6002, struct.pack("<IIII", 1 | 3 << 20, *places), holds=False)
    edit_at = len(body)
    body += record(4085, struct.pack("<IIIIIIHH", 0, 3, 0, directory_at, 1, 4, 0, 0), holds=False)
    current = struct.pack("<HHI", 0, 4086, 24) + struct.pack("<III", 20, 0xE391C05F, edit_at) + b"\0" * 12
    return compound({"Current User": current, "PowerPoint Document": body})


def xls(cells: Mapping[tuple[int, int], str | float], merged: list[tuple[int, int, int, int]], percent: bool) -> bytes:
    """A workbook (BIFF8) of one sheet. merged: first and last row, first and last column; percent: numbers are percentages."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def text(value: str) -> bytes:
        return struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")

    font = record(0x31, struct.pack("<HHHHHBBBB", 200, 0, 0, 400, 0, 0, 0, 0, 0) + b"\5\0Arial")
    styles = b"".join(record(0xE0, struct.pack("<HHH", 0, form, 0xFFF5) + b"\0" * 14) for form in (0, 9))
    name = "标准"
    globals_head = (
        record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 1997, 0, 0)) + record(0x42, b"\xb0\4") + font + styles
    )
    sheet_at = len(globals_head) + 4 + 8 + 2 * len(name) + 4
    bound = record(0x85, struct.pack("<IBBBB", sheet_at, 0, 0, len(name), 1) + name.encode("utf-16-le"))
    sheet = record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 1997, 0, 0))
    for (row, column), value in sorted(cells.items()):
        if isinstance(value, str):
            sheet += record(0x204, struct.pack("<HHH", row, column, 0) + text(value))
        else:
            sheet += record(0x203, struct.pack("<HHHd", row, column, int(percent), value))
    sheet += record(0xE5, struct.pack("<H", len(merged)) + b"".join(struct.pack("<HHHH", *area) for area in merged))
    sheet += record(0xA, b"")
    return compound({"Workbook": globals_head + bound + record(0xA, b"") + sheet})


def message(subject: str, body: str, attachments: Mapping[str, bytes]) -> bytes:
    """A letter as Outlook saves it ([MS-OXMSG])."""
    streams = {
        "__properties_version1.0": b"\0" * 32,
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_1000001F": body.encode("utf-16-le"),
    }
    for number, (name, data) in enumerate(attachments.items()):
        place = f"__attach_version1.0_#{number:08X}/"
        streams[f"{place}__substg1.0_37010102"] = data
        streams[f"{place}__substg1.0_3707001F"] = name.encode("utf-16-le")
    return compound(streams)
