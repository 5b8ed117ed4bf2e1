// The SHA-256 block function on the CPU's own SHA instructions, x86 and Arm. It knows nothing of padding
// and lengths, and has no portable code: without the instructions `sysbuild_sha256_available` says 0 and
// `sysbuild_sha256_blocks` must not be called.
//
// FIPS 180-4, section 6.2.2; the instructions do four rounds' message schedule and two (x86) or four (Arm)
// rounds each.
#pragma once

#include "shim.h"

static const uint32_t sysbuild_sha256_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

#if defined(__x86_64__)

#include <cpuid.h>

// Vector extensions and builtins of clang in place of <immintrin.h>, which would draw half of the C library
// into this module.
typedef uint32_t sysbuild_u32x4 __attribute__((vector_size(16)));
typedef uint32_t sysbuild_u32x4_unaligned __attribute__((vector_size(16), aligned(4), may_alias));
typedef uint8_t sysbuild_u8x16 __attribute__((vector_size(16)));
typedef uint8_t sysbuild_u8x16_unaligned __attribute__((vector_size(16), aligned(1), may_alias));
typedef int sysbuild_i32x4 __attribute__((vector_size(16)));

static inline int sysbuild_sha256_available(void) {
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d)) return 0;
  int ssse3 = c >> 9 & 1, sse41 = c >> 19 & 1;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d)) return 0;
  int sha = b >> 29 & 1;
  return ssse3 && sse41 && sha;
}

__attribute__((target("sha,sse4.1,ssse3"))) static inline void sysbuild_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {
  // The instructions want the eight words as two vectors, ABEF and CDGH, the first word highest.
  sysbuild_u32x4 abef = {state[5], state[4], state[1], state[0]};
  sysbuild_u32x4 cdgh = {state[7], state[6], state[3], state[2]};
  for (; blocks > 0; --blocks, data += 64) {
    const sysbuild_u32x4 abef_before = abef, cdgh_before = cdgh;
    sysbuild_i32x4 w[4];  // the last sixteen words of the message schedule
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; ++i) {
      sysbuild_i32x4 *now = &w[i & 3], *next = &w[(i + 1) & 3];
      if (i < 4) {
        sysbuild_u8x16 bytes = *(const sysbuild_u8x16_unaligned *)(data + 16 * i);
        *now = (sysbuild_i32x4)__builtin_shufflevector(
            bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
      } else {
        sysbuild_i32x4 before_last = w[(i + 2) & 3], last = w[(i + 3) & 3];
        sysbuild_i32x4 seven_back = __builtin_shufflevector(before_last, last, 1, 2, 3, 4);
        *now = __builtin_ia32_sha256msg2(
            (sysbuild_i32x4)((sysbuild_u32x4)__builtin_ia32_sha256msg1(*now, *next)
                             + (sysbuild_u32x4)seven_back),
            last);
      }
      sysbuild_u32x4 k = *(const sysbuild_u32x4_unaligned *)(sysbuild_sha256_constants + 4 * i);
      sysbuild_i32x4 wk = (sysbuild_i32x4)((sysbuild_u32x4)*now + k);
      cdgh = (sysbuild_u32x4)__builtin_ia32_sha256rnds2((sysbuild_i32x4)cdgh, (sysbuild_i32x4)abef, wk);
      wk = __builtin_shufflevector(wk, wk, 2, 3, 0, 0);
      abef = (sysbuild_u32x4)__builtin_ia32_sha256rnds2((sysbuild_i32x4)abef, (sysbuild_i32x4)cdgh, wk);
    }
    abef += abef_before;
    cdgh += cdgh_before;
  }
  state[0] = abef[3], state[1] = abef[2], state[4] = abef[1], state[5] = abef[0];
  state[2] = cdgh[3], state[3] = cdgh[2], state[6] = cdgh[1], state[7] = cdgh[0];
}

#elif defined(__aarch64__) && defined(__AARCH64EL__)

#include <arm_neon.h>
#include <sys/auxv.h>

static inline int sysbuild_sha256_available(void) {
#if defined(__ARM_FEATURE_SHA2)
  return 1;
#else
  const unsigned long hwcap_sha2 = 1UL << 6;  // HWCAP_SHA2 of <asm/hwcap.h>
  return (getauxval(AT_HWCAP) & hwcap_sha2) != 0;
#endif
}

__attribute__((target("sha2"))) static inline void sysbuild_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {
  uint32x4_t abcd = vld1q_u32(state), efgh = vld1q_u32(state + 4);
  for (; blocks > 0; --blocks, data += 64) {
    const uint32x4_t abcd_before = abcd, efgh_before = efgh;
    uint32x4_t w[4];  // the last sixteen words of the message schedule
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; ++i) {
      if (i < 4) {
        w[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(data + 16 * i)));
      } else {
        w[i & 3] = vsha256su1q_u32(
            vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]), w[(i + 2) & 3], w[(i + 3) & 3]);
      }
      uint32x4_t wk = vaddq_u32(w[i & 3], vld1q_u32(sysbuild_sha256_constants + 4 * i));
      uint32x4_t abcd_now = abcd;
      abcd = vsha256hq_u32(abcd, efgh, wk);
      efgh = vsha256h2q_u32(efgh, abcd_now, wk);
    }
    abcd = vaddq_u32(abcd, abcd_before);
    efgh = vaddq_u32(efgh, efgh_before);
  }
  vst1q_u32(state, abcd);
  vst1q_u32(state + 4, efgh);
}

#else

static inline int sysbuild_sha256_available(void) { return 0; }

static inline void sysbuild_sha256_blocks(
    uint32_t *_Nonnull state, const uint8_t *_Nonnull data, size_t blocks) {
  (void)state, (void)data, (void)blocks;
}

#endif
