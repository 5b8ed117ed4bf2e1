#include "supervisor.h"

#include "internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// What the supervisor tells its parent of the start, once, through a pipe.
struct report {
  int pid;
  enum sysbuild_spawn_step failed_step;
  int failed_errno;
};

// Kills the children whose ids are in `text`, separated by blanks.
static void kill_listed(char *text) {
  for (char *next = text; *next;) {
    long pid = strtol(next, &next, 10);
    if (pid > 1) kill((pid_t)pid, SIGKILL);
    while (*next == ' ') ++next;
  }
}

// The way to find a process's children where the kernel does not list them (without CONFIG_PROC_CHILDREN).
static void kill_by_parent(void) {
  DIR *processes = opendir("/proc");
  if (!processes) return;
  for (struct dirent *entry; (entry = readdir(processes));) {
    char name[300], text[512];
    int pid = atoi(entry->d_name), parent = 0;
    if (pid <= 1) continue;
    snprintf(name, sizeof name, "/proc/%d/stat", pid);
    int file = open(name, O_RDONLY | O_CLOEXEC);
    ssize_t count = file < 0 ? 0 : read(file, text, sizeof text - 1);
    if (file >= 0) close(file);
    text[count < 0 ? 0 : count] = 0;
    const char *rest = strrchr(text, ')');  // the name before it may hold anything
    if (rest && sscanf(rest, ") %*c %d", &parent) == 1 && parent == getpid()) kill(pid, SIGKILL);
  }
  closedir(processes);
}

static void kill_children(void) {
  char text[1 << 16];
  int file = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  if (file < 0) return kill_by_parent();
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  text[count < 0 ? 0 : count] = 0;
  kill_listed(text);
}

// Kills and reaps children until none is left. What a killed child leaves behind becomes a child, too.
static void kill_descendants(int command, int *status) {
  for (;;) {
    kill_children();
    int ended, pid = waitpid(-1, &ended, 0);
    if (pid == command) *status = ended;
    if (pid < 0 && errno == ECHILD) return;
  }
}

static _Noreturn void end_as(int status) {
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  struct rlimit none = {0, 0};
  setrlimit(RLIMIT_CORE, &none);
  signal(WTERMSIG(status), SIG_DFL);
  sigset_t all;
  sigfillset(&all);
  kill(getpid(), WTERMSIG(status));
  sigprocmask(SIG_UNBLOCK, &all, NULL);
  _exit(128 + WTERMSIG(status));
}

// The supervisor's whole life. Every signal is blocked.
static _Noreturn void supervise(struct sysbuild_spawn *spawn, int parent, int reporting) {
  setpgid(0, 0);
  // Another name than sysbuild's, so that `pkill sysbuild` does not end the supervisor as well.
  prctl(PR_SET_NAME, "build-watch");
  if (prctl(PR_SET_PDEATHSIG, SIGHUP) != 0 || getppid() != parent) _exit(127);
  prctl(PR_SET_CHILD_SUBREAPER, 1);

  sysbuild_spawn_start(spawn);
  struct report report = {spawn->pid, spawn->failed_step, spawn->failed_errno};
  if (write(reporting, &report, sizeof report) != sizeof report || report.failed_errno != 0) _exit(127);
  // Hold no stream, descriptor or directory open that somebody might wait for, except those to be kept.
  if (chdir("/") != 0 || sysbuild_close_all_but(spawn->kept[0], spawn->kept[1], -1) != 0) _exit(127);

  int command = spawn->pid, group = spawn->group == 0 ? -command : command, status = 0, is_ending = 0;
  sigset_t orders;
  sigemptyset(&orders);
  const int known[] = {SIGCHLD, SIGUSR1, SIGUSR2, SIGHUP, SIGALRM, SIGTSTP, SIGCONT};
  for (size_t i = 0; i < sizeof known / sizeof *known; ++i) sigaddset(&orders, known[i]);
  for (;;) {
    switch (sigwaitinfo(&orders, NULL)) {
      case SIGUSR1:
      case SIGALRM:
        kill_descendants(command, &status);
        end_as(status);
      case SIGHUP:
        alarm(1);
        // fall through
      case SIGUSR2:
        is_ending = 1;
        kill(group, SIGTERM);
        kill(group, SIGCONT);
        break;
      case SIGTSTP: kill(group, SIGSTOP); break;
      case SIGCONT: kill(group, SIGCONT); break;
      case SIGCHLD:
        for (int pid, ended; (pid = waitpid(-1, &ended, WNOHANG)) > 0;) {
          if (pid != command) continue;
          // From here on its id may belong to another process, so no signal is sent to it any more.
          if (is_ending) kill_descendants(command, &status);
          end_as(ended);
        }
    }
  }
}

int sysbuild_supervised_start(struct sysbuild_spawn *spawn) {
  spawn->pid = spawn->pidfd = -1;
  spawn->failed_step = sysbuild_spawn_step_fork;
  int ends[2], parent = getpid();
  if (pipe(ends) != 0) {
    spawn->failed_errno = errno;
    return -1;
  }
  for (int i = 0; i < 2; ++i) fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int supervisor = fork();
  spawn->failed_errno = supervisor < 0 ? errno : 0;
  if (supervisor == 0) supervise(spawn, parent, ends[1]);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  close(ends[1]);
  if (supervisor > 0) {
    struct report report = {-1, sysbuild_spawn_step_fork, ECHILD};
    ssize_t count;
    while ((count = read(ends[0], &report, sizeof report)) < 0 && errno == EINTR) {}
    spawn->pid = report.pid;
    spawn->failed_step = report.failed_step;
    spawn->failed_errno = report.failed_errno;
    if (spawn->failed_errno == 0) {
      spawn->pidfd = (int)syscall(SYS_pidfd_open, supervisor, 0);
      if (spawn->pidfd < 0) {
        spawn->failed_errno = errno;
        kill(supervisor, SIGUSR1);
      }
    }
    siginfo_t ended;
    while (spawn->failed_errno != 0 && waitid(P_PID, (id_t)supervisor, &ended, WEXITED) != 0 &&
           errno == EINTR) {}
  }
  close(ends[0]);
  return spawn->failed_errno == 0 ? 0 : -1;
}
