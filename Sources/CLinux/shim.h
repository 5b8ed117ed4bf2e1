// What Linux and glibc offer and Swift's Glibc module does not show. It knows nothing of its callers.
//
// Header-only, since a system library target compiles nothing. It must not define _GNU_SOURCE: the targets
// that import it do, and a module that is built both ways differs from itself.
#pragma once

// First the C library as Swift's Glibc module has it: a type that this module defined once more would belong
// to either, and Swift would ask for an import of both.
#if __has_feature(modules)
#pragma clang module import SwiftGlibc
#endif

#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/xattr.h>
#include <unistd.h>

// `environ`, which Swift refuses to read as it is a mutable global.
static inline char *_Nullable const *_Nonnull sysbuild_environment(void) {
  extern char **environ;
  static char *none[] = {NULL};
  return environ ? environ : none;
}

// The terminal's columns, or 0 if `descriptor` is no terminal or does not know: Swift takes `struct winsize`
// for part of a private module.
static inline int sysbuild_terminal_width(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

// As its columns, the terminal's lines.
static inline int sysbuild_terminal_height(int descriptor) {
  struct winsize size;
  return ioctl(descriptor, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}
