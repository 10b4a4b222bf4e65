// Preloaded into a program (LD_PRELOAD), counts how many statements it has SQLite prepare, those of
// sqlite3_exec included, into the 8 bytes of the file that BENCH_PREPARES names.
#include <dlfcn.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Counter = std::atomic<std::uint64_t>;
static_assert(Counter::is_always_lock_free);

Counter& counter() {
    static Counter* const shared = [] {
        static Counter unseen{0};
        const char* name = std::getenv("BENCH_PREPARES");
        const int file = name == nullptr ? -1 : ::open(name, O_RDWR | O_CLOEXEC);
        if (file < 0) return &unseen;
        void* memory =
            ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        ::close(file);
        return memory == MAP_FAILED ? &unseen : static_cast<Counter*>(memory);
    }();
    return *shared;
}

template <class Function>
Function* next(const char* name) {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

}  // namespace

extern "C" {

int sqlite3_prepare_v2(sqlite3* handle, const char* sql, int size, sqlite3_stmt** statement,
                       const char** tail) {
    static auto* const real = next<decltype(sqlite3_prepare_v2)>("sqlite3_prepare_v2");
    ++counter();
    return real(handle, sql, size, statement, tail);
}

int sqlite3_prepare_v3(sqlite3* handle, const char* sql, int size, unsigned flags,
                       sqlite3_stmt** statement, const char** tail) {
    static auto* const real = next<decltype(sqlite3_prepare_v3)>("sqlite3_prepare_v3");
    ++counter();
    return real(handle, sql, size, flags, statement, tail);
}
}
