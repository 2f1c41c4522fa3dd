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


def _paeth(left, above, corner):
    to_left, to_above, to_corner = abs(above - corner), abs(left - corner), abs(left + above - 2 * corner)
    if to_left <= to_above and to_left <= to_corner:
        return left
    return above if to_above <= to_corner else corner


def _unfiltered(kind, row, above, step):
    if kind == 0:
        return row
    if kind == 2:
        return bytes(here + up & 255 for here, up in zip(row, above)) if any(row) else above
    done = bytearray(step) + row        # one pixel of black to the left of it
    up = bytes(step) + above
    for i in range(step, len(done)):
        left = done[i - step]
        add = left if kind == 1 else left + up[i] >> 1 if kind == 3 else _paeth(left, up[i], up[i - step])
        done[i] = done[i] + add & 255
    return bytes(done[step:])


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
    above, rows, before = bytes(stride), [], None
    for begin in range(0, height * (stride + 1), stride + 1):
        row = (raw[begin:begin + 1 + stride], above)
        if row != before:       # most rows of a screen are like the one above them
            above = _unfiltered(row[0][0], row[0][1:], above, step)
        before = row
        rows.append(above)
    pixels = bytearray(3 * width * height)
    whole = b"".join(rows)
    for colour in range(3):
        pixels[colour::3] = whole[colour::step]
    return machine.Picture(b"P6\n%d %d\n255\n" % (width, height) + bytes(pixels))
