// A process that takes tokens out of a jobserver's pipe on behalf of sysbuild, and puts them back if sysbuild
// is killed.
//
// Only the process that took a token knows about it, so those that sysbuild took itself would be lost after
// SIGKILL, and the make that called sysbuild would run fewer jobs until its end. So sysbuild has this process
// take them, which therefore knows at every moment which are taken. When the pipe of requests ends, which is
// when the last process that has its other end open is gone, it puts back what it holds.
#pragma once

/// A request to take a token, and one to put the last one back; one byte each.
enum { sysbuild_take_token = '+', sysbuild_put_token_back = '-' };

/// Starts the process, which reads requests from one descriptor and writes an answer to each to the other: a
/// byte, 1 if the request was carried out, else 0.
///
/// `pool` is the jobserver's pipe, which must not block. Returns the process id, or -1 with errno set.
int sysbuild_start_keeper(int pool, int requests, int answers);
