"""What differs on one medium from the image, sector by sector. The image itself is never written to."""

SECTOR = 512


class Overlay:
    def __init__(self, read):
        """read(offset, length) gives the image's bytes."""
        self._read = read
        self._sectors = {}      # number -> bytearray

    def write(self, offset, data):
        at = 0
        while at < len(data):
            number, inside = divmod(offset + at, SECTOR)
            piece = data[at:at + SECTOR - inside]
            if number not in self._sectors:
                self._sectors[number] = bytearray(self._read(number * SECTOR, SECTOR))
            self._sectors[number][inside:inside + len(piece)] = piece
            at += len(piece)

    def read(self, offset, length):
        """As it will stand on the medium."""
        data = bytearray(self._read(offset, length))
        first, last = offset // SECTOR, (offset + length - 1) // SECTOR
        for number in self._sectors.keys() & set(range(first, last + 1)):
            start = number * SECTOR - offset
            piece = self._sectors[number][max(0, -start):length - start]
            at = max(0, start)
            data[at:at + len(piece)] = piece
        return bytes(data)

    def touches(self, chunk):
        """Numbers of the chunks of that many bytes in which something differs."""
        return sorted({number * SECTOR // chunk for number in self._sectors})
