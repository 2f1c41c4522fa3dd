"""Pictures as PNG: 8 bits, RGB or RGBA, not interlaced; what Cairo writes and people look at."""

import struct
import zlib

import machine


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(path, picture):
    stride = picture.width * 3
    rows = b"".join(b"\0" + picture.pixels[y * stride:(y + 1) * stride] for y in range(picture.height))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 1))
                     + _chunk(b"IEND", b""))


def _paeth(a, b, c):
    p = a + b - c
    near = (abs(p - a), abs(p - b), abs(p - c))
    return (a, b, c)[near.index(min(near))]


def _unfilter(kind, row, above, step):
    for i in range(len(row)):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        add = (0, left, above[i], (left + above[i]) // 2, _paeth(left, above[i], corner))[kind]
        row[i] = (row[i] + add) & 255


def read(path):
    data, at, parts = path.read_bytes(), 8, b""
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + size]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
        elif kind == b"IDAT":
            parts += body
        at += size + 12
    step = {2: 3, 6: 4}.get(colour)
    if depth != 8 or not step or interlaced:
        raise ValueError(f"{path}: only plain 8-bit RGB and RGBA")
    raw, stride = zlib.decompress(parts), width * step
    above, pixels = bytearray(stride), bytearray()
    for y in range(height):
        begin = y * (stride + 1)
        row = bytearray(raw[begin + 1:begin + 1 + stride])
        if raw[begin]:
            _unfilter(raw[begin], row, above, step)
        above = row
        pixels += row if step == 3 else b"".join(bytes(row[i:i + 3]) for i in range(0, stride, 4))
    return machine.Picture(b"P6\n%d %d\n255\n" % (width, height) + bytes(pixels))
