// What Linux and glibc offer and Swift's Glibc module does not show.
//
// The headers of this module must not define _GNU_SOURCE: the Swift targets that import them do (see
// Package.swift), and if the macros of two importers differ, Clang builds the module twice, with types that do
// not match.
#pragma once

// Swift's Glibc module comes first: a type that is declared here before it would belong to both modules, and
// Swift code that uses it would have to import both. Only Swift's importer can find that module.
#ifdef __swift__
#pragma clang module import SwiftGlibc
#endif

#include <stddef.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <sys/xattr.h>
#include <unistd.h>

/// `environ`, an array with NULL at its end. Swift refuses to read the variable, since it is a mutable global.
char *_Nullable const *_Nonnull sysbuild_environment(void);

/// ioctl(2) `TIOCGWINSZ`: the terminal's columns; 0 if `descriptor` is no terminal or its width is not known.
/// Swift takes `struct winsize` for part of a private module.
int sysbuild_terminal_width(int descriptor);

/// ioctl(2) `TIOCGWINSZ`: the terminal's lines; 0 if `descriptor` is no terminal or its height is not known.
int sysbuild_terminal_height(int descriptor);

/// pidfd_send_signal(2): 0, or -1 with errno set.
int sysbuild_send(int pidfd, int signal);
