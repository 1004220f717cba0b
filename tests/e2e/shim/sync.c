/* Stands between the program and the disk, with LD_PRELOAD on Linux: notes every sync, lets syncs fail, and keeps what a
 * disk would hold after the power was cut.
 *
 *   SYNC_LOG    a line "<began> <ended> <0 or errno> <path>" for every sync, in nanoseconds of the monotonic clock
 *   SYNC_FAIL   a file; while it is there, syncs of paths that end with its text (or hold it, when it ends with a slash) fail
 *               with EIO and are not done
 *   SYNC_SLOW   milliseconds that every sync of a database file takes longer, as on a slow disk
 *   SYNC_DISK   a folder; holds of the files hub.db and hub.db-wal what had been synced, and nothing else
 *   SYNC_STOP   the program ends at once, as if killed, when it has removed a file whose path ends with this
 *
 * The disk of SYNC_DISK is the worst one: nothing reaches it but by a sync of that file, and what was written before a sync
 * that failed never does, also not by a later sync. So do kernels: they report lost pages once and take them for written.
 * Truncating and removing count at once.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

static pthread_mutex_t guard = PTHREAD_MUTEX_INITIALIZER;

static uint64_t now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static void path_of(int fd, char path[PATH_MAX]) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    path[length < 0 ? 0 : length] = 0;
}

static int ends_with(const char *path, const char *end) {
    size_t whole = strlen(path), part = strlen(end);
    return part <= whole && strcmp(path + whole - part, end) == 0;
}

/* The name of a database file in a path, or nothing. */
static const char *database(const char *path) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    return strcmp(name, "hub.db") == 0 || strcmp(name, "hub.db-wal") == 0 ? name : NULL;
}

/* A file of the disk: what it holds, or (".dirty") which ranges were written and not synced. Gives -1 when there is no disk. */
static int on_disk(const char *name, const char *suffix, int flags) {
    const char *folder = getenv("SYNC_DISK");
    char path[PATH_MAX];
    if (!folder) return -1;
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CREAT | O_CLOEXEC, 0600);
}

static void note_written(int fd, off_t offset, ssize_t length) {
    char path[PATH_MAX];
    if (length <= 0 || !getenv("SYNC_DISK")) return;
    path_of(fd, path);
    const char *name = database(path);
    if (!name) return;
    int64_t range[2] = {offset, length};
    pthread_mutex_lock(&guard);
    int dirty = on_disk(name, ".dirty", O_WRONLY | O_APPEND);
    if (syscall(SYS_write, dirty, range, sizeof range) != sizeof range) abort();
    close(dirty);
    pthread_mutex_unlock(&guard);
}

/* After a sync: what was written reaches the disk, or is lost. */
static void settle(int fd, const char *name, int kept) {
    static char bytes[1 << 16];
    int64_t range[2];
    pthread_mutex_lock(&guard);
    int dirty = on_disk(name, ".dirty", O_RDWR);
    int disk = kept ? on_disk(name, "", O_WRONLY) : -1;
    while (kept && read(dirty, range, sizeof range) == sizeof range) {
        while (range[1] > 0) {
            ssize_t part = pread(fd, bytes, range[1] < (int64_t)sizeof bytes ? (size_t)range[1] : sizeof bytes, range[0]);
            if (part <= 0) break; /* truncated since */
            if (syscall(SYS_pwrite64, disk, bytes, part, range[0]) != part) abort();
            range[0] += part;
            range[1] -= part;
        }
    }
    if (disk >= 0) close(disk);
    if (syscall(SYS_ftruncate, dirty, 0) != 0) abort();
    close(dirty);
    pthread_mutex_unlock(&guard);
}

static int must_fail(const char *path) {
    const char *trigger = getenv("SYNC_FAIL");
    char end[NAME_MAX + 1];
    int fd = trigger ? (int)syscall(SYS_openat, AT_FDCWD, trigger, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return 0;
    ssize_t length = read(fd, end, sizeof end - 1);
    close(fd);
    end[length < 0 ? 0 : length] = 0;
    return length > 0 && (end[length - 1] == '/' ? strstr(path, end) != NULL : ends_with(path, end));
}

static int synced(long number, int fd) {
    char path[PATH_MAX], line[PATH_MAX + 80];
    path_of(fd, path);
    const char *name = database(path);
    uint64_t began = now();
    const char *slow = getenv("SYNC_SLOW");
    if (slow && name) usleep((useconds_t)atoi(slow) * 1000u);
    int failure = must_fail(path) ? EIO : 0;
    if (!failure && syscall(number, fd) != 0) failure = errno;
    if (name && getenv("SYNC_DISK")) settle(fd, name, failure == 0);
    const char *log = getenv("SYNC_LOG");
    if (log) {
        int length = snprintf(line, sizeof line, "%llu %llu %d %s\n", (unsigned long long)began, (unsigned long long)now(), failure, path);
        int out = (int)syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (syscall(SYS_write, out, line, length) != length) abort();
        close(out);
    }
    errno = failure;
    return failure ? -1 : 0;
}

int fsync(int fd) { return synced(SYS_fsync, fd); }
int fdatasync(int fd) { return synced(SYS_fdatasync, fd); }

ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    ssize_t written = syscall(SYS_pwrite64, fd, bytes, length, offset);
    int error = errno;
    note_written(fd, offset, written);
    errno = error;
    return written;
}
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return pwrite64(fd, bytes, length, offset); }

int ftruncate64(int fd, off64_t length) {
    char path[PATH_MAX];
    int result = (int)syscall(SYS_ftruncate, fd, length), error = errno;
    path_of(fd, path);
    const char *name = database(path);
    int disk = result == 0 && name ? on_disk(name, "", O_WRONLY) : -1;
    if (disk >= 0) {
        if (syscall(SYS_ftruncate, disk, length) != 0) abort();
        close(disk);
    }
    errno = error;
    return result;
}
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int unlink(const char *path) {
    int result = (int)syscall(SYS_unlinkat, AT_FDCWD, path, 0), error = errno;
    const char *name = database(path), *folder = getenv("SYNC_DISK");
    if (result == 0 && name && folder) {
        char gone[PATH_MAX];
        snprintf(gone, sizeof gone, "%s/%s", folder, name);
        syscall(SYS_unlinkat, AT_FDCWD, gone, 0);
        snprintf(gone, sizeof gone, "%s/%s.dirty", folder, name);
        syscall(SYS_unlinkat, AT_FDCWD, gone, 0);
    }
    const char *stop = getenv("SYNC_STOP");
    if (result == 0 && stop && ends_with(path, stop)) _exit(137);
    errno = error;
    return result;
}
