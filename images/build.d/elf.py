"""Which libraries an ELF file asks for; read from the file itself, whatever machine it is for."""

import struct

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NEEDED, _DT_STRTAB, _DT_SONAME = 1, 5, 14


def dynamic(path):
    """(names of the libraries that it needs, its own name or None); None when it is no 64-bit little-endian ELF file."""
    with open(path, "rb") as file:
        head = file.read(64)
        if len(head) < 64 or head[:6] != b"\x7fELF\x02\x01":
            return None
        offset, = struct.unpack_from("<Q", head, 32)
        size, count = struct.unpack_from("<HH", head, 54)
        file.seek(offset)
        table = file.read(size * count)
        segments = [struct.unpack_from("<IIQQQQQQ", table, i * size) for i in range(count)]
        loads = [(s[3], s[2], s[5]) for s in segments if s[0] == _PT_LOAD]
        entries = next((s for s in segments if s[0] == _PT_DYNAMIC), None)
        if entries is None:
            return [], None

        file.seek(entries[2])
        words = struct.unpack(f"<{entries[5] // 8}Q", file.read(entries[5] // 8 * 8))
        pairs = list(zip(words[::2], words[1::2]))
        address = next((value for tag, value in pairs if tag == _DT_STRTAB), None)
        where = next((at + address - start for start, at, length in loads if start <= address < start + length), None)
        if where is None:
            return [], None

        def text(value):
            file.seek(where + value)
            return file.read(256).split(b"\0", 1)[0].decode("ascii", "replace")
        return ([text(value) for tag, value in pairs if tag == _DT_NEEDED],
                next((text(value) for tag, value in pairs if tag == _DT_SONAME), None))


def machine(path):
    """ELF's number of the machine that the file is for."""
    with open(path, "rb") as file:
        return struct.unpack_from("<H", file.read(20), 18)[0]
