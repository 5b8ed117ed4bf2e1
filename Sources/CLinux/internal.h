// What the sources of this module share, and Swift does not see.
#pragma once

/// Closes every descriptor except these three, which become 0, 1 and 2; -1 stands for none. Returns 0, or -1
/// with errno set.
int sysbuild_close_all_but(int first, int second, int third);
