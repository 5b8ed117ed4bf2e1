"""Has gdb stop in one program of a guest of QEMU, and in no other.

    gdb -x SETTINGS -x gdb.py

GDB_SOCKET is where QEMU waits. GDB_ROOT is the guest's root, GDB_PROGRAM a program there, and GDB_PLACE where it is to stop.
The guest's kernel must have been told norandmaps, so that the program's address is known. GDB_VA_BITS is the size of
addresses on 64-bit ARM.
"""

import os
import struct

import gdb

ROOT = os.environ["GDB_ROOT"]
EM_X86_64, EM_AARCH64 = 62, 183
ET_EXEC, ET_DYN = 2, 3
PT_LOAD, PT_DYNAMIC, PT_INTERP = 1, 2, 3
DT_NULL, DT_DEBUG = 0, 21


class Program:
    """A program of 64 bits, and where the kernel loads it (fs/binfmt_elf.c)."""

    def __init__(self, path):
        self.path = path
        with open(path, "rb") as file:
            start = file.read(4096)
            if start[:5] != b"\x7fELF\x02":
                raise gdb.GdbError("it is no program of 64 bits")
            order = "<" if start[5] == 1 else ">"
            kind, self.machine = struct.unpack_from(order + "HH", start, 16)
            (offset,) = struct.unpack_from(order + "Q", start, 32)
            size, count = struct.unpack_from(order + "HH", start, 54)
            file.seek(offset)
            table = file.read(size * count)
        # Type, offset, address, size in the file and alignment of each segment.
        segments = []
        for number in range(count):
            fields = struct.unpack_from(order + "IIQQQQQQ", table, number * size)
            segments.append((fields[0], fields[2], fields[3], fields[5], fields[7]))
        loaded = [segment for segment in segments if segment[0] == PT_LOAD]
        self.base = 0
        if kind == ET_DYN:
            if not any(segment[0] == PT_INTERP for segment in segments):
                raise gdb.GdbError("it is static and position-independent, so its address is not known")
            alignment = max(segment[4] for segment in loaded)
            self.base = self.place_of_dynamic() & -alignment
        self.order = order
        self.dynamic = next((self.base + s[2] for s in segments if s[0] == PT_DYNAMIC), None)
        # The dynamic linker reads the table of segments there, so the page is in memory. With its build ID it tells the
        # program from others.
        first = next(segment for segment in loaded if segment[1] == 0)
        self.address = self.base + first[2]
        self.beginning = start[: first[3]]

    def place_of_dynamic(self):
        if self.machine == EM_X86_64:
            return 0x7FFFFFFFF000 // 3 * 2
        if self.machine == EM_AARCH64:
            return (1 << int(os.environ.get("GDB_VA_BITS") or 48)) * 2 // 3
        raise gdb.GdbError("it is not known where the kernel loads programs of this machine")

    def is_running(self):
        """Whether the processor runs it now, and neither another program nor the kernel."""
        return read(self.address, len(self.beginning)) == self.beginning

    def libraries(self):
        """The libraries that the dynamic linker has loaded, as addresses and paths (<link.h>)."""

        def words(address, count):
            found = read(address, 8 * count)
            return struct.unpack(f"{self.order}{count}Q", found) if found else (0,) * count

        entry = self.dynamic
        while entry:
            tag, value = words(entry, 2)
            if tag == DT_NULL:
                return
            if tag == DT_DEBUG:
                break
            entry += 16
        library = words(value, 2)[1] if entry and value else 0
        while library:
            address, name, _, library = words(library, 4)
            path = text(name)
            if path.startswith("/"):
                yield address, path


def read(address, size):
    """Nothing if it is not in memory."""
    try:
        return bytes(gdb.selected_inferior().read_memory(address, size))
    except gdb.error:
        return b""


def text(address):
    found = b""
    while address and b"\0" not in found:
        # Not beyond the page.
        piece = read(address + len(found), 64 - (address + len(found)) % 64)
        if not piece:
            break
        found += piece
    return os.fsdecode(found.split(b"\0")[0])


class IsRunning(gdb.Function):
    """The condition of breakpoints: other programs have code at the same addresses."""

    def __init__(self):
        super().__init__("_in_program")

    def invoke(self):
        return program.is_running()


def limit(breakpoint):
    if breakpoint.visible and breakpoint.type in (gdb.BP_BREAKPOINT, gdb.BP_HARDWARE_BREAKPOINT):
        own = breakpoint.condition
        breakpoint.condition = f"$_in_program() && ({own})" if own else "$_in_program()"


loaded = set()


def load_libraries(_):
    if not program.is_running():
        return
    for library in program.libraries():
        address, path = library
        file = os.path.join(ROOT, path.lstrip("/"))
        if library not in loaded and os.path.exists(file):
            loaded.add(library)
            gdb.execute(f'add-symbol-file "{file}" -o {address:#x}', to_string=True)


gdb.execute("set confirm off")
try:
    program = Program(os.path.join(ROOT, os.environ["GDB_PROGRAM"]))
    IsRunning()
    gdb.execute(f'add-symbol-file "{program.path}" -o {program.base:#x}', to_string=True)
    place = os.environ["GDB_PLACE"]
    if place.isdigit():
        # Of the file that has main.
        place = gdb.decode_line("main")[1][0].symtab.filename + ":" + place
    if not gdb.decode_line(place)[1]:
        raise gdb.GdbError(f"there is no place '{place}' in it")
    gdb.execute("target remote " + os.environ["GDB_SOCKET"], to_string=True)
    gdb.events.breakpoint_created.connect(limit)
    gdb.events.stop.connect(load_libraries)
    gdb.execute(f"hbreak {place}")
except (gdb.error, OSError) as error:
    gdb.write(f"run: {os.environ['GDB_PROGRAM']}: {error}\n", gdb.STDERR)
    gdb.execute("quit 2")
