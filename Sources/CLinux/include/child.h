// Starting a program in a child process. Waiting for it is the caller's.
//
// posix_spawn(3) cannot set the parent death signal, and returns no pidfd. Hence its method, by hand: a child
// made by clone(2) with CLONE_VM and CLONE_VFORK runs on a stack of its own in the parent's memory, copying
// nothing, while the calling thread stands still until the child calls execve(2) or ends.
#pragma once

#include "shim.h"

/// The steps of a start, for the message about one that failed.
enum sysbuild_spawn_step {
  sysbuild_spawn_step_fork,
  sysbuild_spawn_step_group,
  sysbuild_spawn_step_descriptors,
  sysbuild_spawn_step_directory,
  sysbuild_spawn_step_execute,
};

/// What to start and how; filled in by the start with what came of it.
struct sysbuild_spawn {
  const char *_Nonnull program;
  /// NULL at the end.
  char *_Nullable const *_Nonnull arguments;
  /// NULL at the end.
  char *_Nullable const *_Nonnull environment;
  /// NULL for the caller's.
  const char *_Nullable directory;
  /// The descriptors that become 0, 1 and 2.
  int streams[3];
  /// Descriptors of 3 and above that the program keeps under their numbers.
  const int *_Nullable inherited;
  size_t inherited_count;
  /// The process group that the program joins; 0 for one of its own.
  int group;
  /// Descriptors that the supervisor, if there is one, keeps open; -1 for none.
  int kept[2];

  /// Set by a start that succeeded: the program's process id.
  int pid;
  /// Set by a start that succeeded: a descriptor of the process to wait for, close-on-exec.
  int pidfd;
  /// Set by a start that failed.
  enum sysbuild_spawn_step failed_step;
  /// The errno of the step that failed; 0 after success.
  int failed_errno;
};

/// Starts a program that the kernel kills when the calling thread ends (`PR_SET_PDEATHSIG`).
///
/// Returns 0, or -1 with `failed_step` and `failed_errno` set; then there is nothing to wait for.
int sysbuild_spawn_start(struct sysbuild_spawn *_Nonnull spawn);
