#pragma once

#include <optional>

namespace vodcatalog {

/// SIGTERM, SIGINT, SIGQUIT and SIGHUP as something to wait for. block() is the first act of
/// main(), so that every thread inherits the mask; after that there is one Signals, for the main
/// thread.
class Signals {
public:
    enum class Event {
        terminate,  ///< SIGTERM, SIGINT or SIGQUIT.
        reload,     ///< SIGHUP.
        notified,   ///< notify() was called.
    };

    static void block();

    Signals();
    ~Signals();
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;

    /// Waits for the next event.
    [[nodiscard]] Event wait();
    /// Makes wait() return `notified`; any thread.
    void notify() noexcept;
    /// Ends the process as SIGTERM does where nobody handles it.
    [[noreturn]] static void die();

private:
    int signals_ = -1;  ///< signalfd
    int notices_ = -1;  ///< eventfd
};

}  // namespace vodcatalog
