/* SPDX-License-Identifier: MIT */
#ifndef BASE_NOINLINE_H
#define BASE_NOINLINE_H

/*
 * NOINLINE before a function that is never to become a part of its caller: not
 * every message takes that way, and the caller's own stays short when it need
 * not save registers for it.
 */
#if defined(__GNUC__)
# define NOINLINE __attribute__((noinline))
#else
# define NOINLINE
#endif

#endif
