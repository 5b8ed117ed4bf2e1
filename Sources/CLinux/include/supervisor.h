// A process between sysbuild and a command, which makes sure that nothing of the command outlives either.
//
// The parent death signal reaches a command, but not what the command has started, and least of all what has
// left its process group. The supervisor is the subreaper of all that: a process that loses its parent becomes
// the supervisor's child, so the supervisor can end every descendant. It does so when sysbuild asks for it or
// dies, even of SIGKILL; in that case the command first gets SIGTERM and a second, in which a make returns the
// job slots that it holds. Out of reach are only processes of another user (a setuid program under an
// unprivileged sysbuild), and what is left when sysbuild and the supervisor are killed at the same moment: then
// the kernel kills the command, and nobody the rest.
//
// The supervisor takes signals as orders:
//   SIGUSR1   kill everything
//   SIGUSR2   end the command (SIGTERM to its group), and when it has ended, kill everything that is left
//   SIGHUP    the same, and kill everything after a second; the kernel sends it when sysbuild dies
//   SIGTSTP   stop the command's group
//   SIGCONT   let it go on
// It ends as the command did. For a command in sysbuild's own group, signals to the group go to the command
// alone.
#pragma once

#include "child.h"

/// As `sysbuild_spawn_start`, with a supervisor: `pid` becomes the command's, `pidfd` the supervisor's.
int sysbuild_supervised_start(struct sysbuild_spawn *_Nonnull spawn);
