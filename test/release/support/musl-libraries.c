// Debian has musl, but no libstdc++ for it, which the program needs a few functions of. Its own
// libstdc++ works with musl when these are there, which only glibc has.
typedef unsigned long size_t;

char __libc_single_threaded = 0;
unsigned __cpu_model[4];

int __cpu_indicator_init(void) { return 0; }

// "Found nothing": no exception is thrown across the libraries.
int _dl_find_object(void *address, void *result) { return -1; }

unsigned arc4random(void) { return 0; }

// The program ends its threads with the process.
int __cxa_thread_atexit_impl(void (*destroy)(void *), void *object, void *library) { return 0; }

size_t strftime_l(char *, size_t, const char *, const void *, void *);
size_t __strftime_l(char *to, size_t size, const char *format, const void *time, void *locale) {
  return strftime_l(to, size, format, time, locale);
}
