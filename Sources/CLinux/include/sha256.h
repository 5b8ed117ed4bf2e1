// The SHA-256 block function on the CPU's own instructions, x86 and Arm. Padding and lengths are the caller's.
#pragma once

#include "shim.h"

/// Whether this CPU has the instructions: 1 or 0. In a virtual machine the question leaves it, so ask once.
int sysbuild_sha256_available(void);

/// Takes `blocks` blocks of 64 bytes at `data`, at any alignment, into the eight words of `state` (FIPS 180-4,
/// section 6.2.2). It has no portable code: call it only if `sysbuild_sha256_available` returns 1.
void sysbuild_sha256_blocks(uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks);
