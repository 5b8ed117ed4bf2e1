#include "child.h"

#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// clone(2) by its other name in glibc: the thread sanitizer replaces the first one, and its own cannot handle
// CLONE_VM.
extern int __clone(
    int (*_Nonnull)(void *_Nullable), void *_Nullable, int, void *_Nullable, ...) __attribute__((__nothrow__));

// Closes every descriptor of 3 and above, or with `at_exec` marks it close-on-exec.
static int close_from_3(int at_exec) {
  const unsigned close_range_cloexec = 1u << 2;
#if defined(SYS_close_range)
  if (syscall(SYS_close_range, 3u, ~0u, at_exec ? close_range_cloexec : 0u) == 0) return 0;
#endif
  // A kernel before 5.11.
  long limit = sysconf(_SC_OPEN_MAX);
  for (int fd = 3; fd < (limit < 0 ? 65536 : limit); ++fd) {
    int result = at_exec ? fcntl(fd, F_SETFD, FD_CLOEXEC) : close(fd);
    if (result != 0 && errno != EBADF) return -1;
  }
  return 0;
}

int sysbuild_close_all_but(int first, int second, int third) {
  int kept[3] = {first, second, third};
  for (int i = 0; i < 3; ++i) {
    if (kept[i] >= 0 && (kept[i] = fcntl(kept[i], F_DUPFD, 3)) < 0) return -1;
  }
  for (int i = 0; i < 3; ++i) close(i);
  for (int i = 0; i < 3; ++i) {
    if (kept[i] >= 0 && dup2(kept[i], i) < 0) return -1;
  }
  return close_from_3(0);
}

// What the child reads and writes in its parent's memory.
struct start {
  struct sysbuild_spawn *spawn;
  pid_t parent;
};

// A sanitizer must not record this function's calls: it would record them as the parent's, and one that never
// returns would stay on record. That is also why the child ends by returning its exit status, which glibc turns
// into a plain system call: _exit(2) may be the sanitizer's.
__attribute__((disable_sanitizer_instrumentation)) static int run_child(void *argument) {
  const struct start *start = argument;
  struct sysbuild_spawn *spawn = start->spawn;

  // 1. Its group, before anything can fail or start, so that a signal to the group reaches all of it.
  spawn->failed_step = sysbuild_spawn_step_group;
  if (setpgid(0, spawn->group) != 0) goto failed;

  // 2. SIGKILL when the thread that spawned it ends. If the parent is gone by now, nobody would send it.
  if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) goto failed;
  if (getppid() != start->parent) return 127;

  // 3. Default handlers while every signal is still blocked: a handler of the parent's would run here in the
  // parent's memory. The signals that sigaction(2) refuses (SIGKILL, SIGSTOP, the C library's own two) need
  // none.
  struct sigaction standard = {.sa_handler = SIG_DFL};
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &standard, NULL);

  // 4. The streams. Those that lie in 0..2 move out of the way first, or one dup2 would overwrite
  // another's source. dup2 clears close-on-exec, except from a descriptor to itself.
  spawn->failed_step = sysbuild_spawn_step_descriptors;
  int streams[3];
  for (int i = 0; i < 3; ++i) {
    streams[i] = spawn->streams[i];
    if (streams[i] <= 2 && (streams[i] = fcntl(streams[i], F_DUPFD_CLOEXEC, 3)) < 0) goto failed;
  }
  for (int i = 0; i < 3; ++i) {
    if (dup2(streams[i], i) < 0) goto failed;
  }
  if (close_from_3(1) != 0) goto failed;
  for (size_t i = 0; i < spawn->inherited_count; ++i) {
    if (fcntl(spawn->inherited[i], F_SETFD, 0) != 0) goto failed;
  }

  // 5. The directory before the program, whose name may be relative to it.
  spawn->failed_step = sysbuild_spawn_step_directory;
  if (spawn->directory && chdir(spawn->directory) != 0) goto failed;

  // 6. Unblock the signals last: from here on one can end the child.
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  spawn->failed_step = sysbuild_spawn_step_execute;
  execve(spawn->program, spawn->arguments, spawn->environment);

failed:
  spawn->failed_errno = errno;
  return 127;
}

int sysbuild_spawn_start(struct sysbuild_spawn *spawn) {
  _Alignas(16) char stack[32768];
  const int clone_vm = 0x100, clone_vfork = 0x4000, clone_pidfd = 0x1000;  // <linux/sched.h>
  struct start start = {.spawn = spawn, .parent = getpid()};
  spawn->pid = spawn->pidfd = -1;
  spawn->failed_errno = 0;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  spawn->pid = __clone(
      run_child, stack + sizeof stack, clone_vm | clone_vfork | clone_pidfd | SIGCHLD, &start, &spawn->pidfd);
  if (spawn->pid < 0) {
    spawn->failed_step = sysbuild_spawn_step_fork;
    spawn->failed_errno = errno;
  }
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (spawn->failed_errno == 0) return 0;
  if (spawn->pid > 0) {
    siginfo_t ended;
    while (waitid(P_PID, (id_t)spawn->pid, &ended, WEXITED) != 0 && errno == EINTR) {}
    close(spawn->pidfd);
  }
  return -1;
}
