#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "catalog/notice.h"
#include "daemon/alerts/channel.h"
#include "daemon/clock.h"
#include "daemon/random.h"

namespace vodcatalog {

/// The step machine between the outbox and the channels: decides what is sent to whom, when, and
/// what became of it. Has no thread and does no I/O: it is told what happened and says what it
/// wants done. One thread at a time.
///
/// - One message at a time per channel; channels do not wait for each other.
/// - What fails waits, with full jitter, and so does its channel; others of that channel have their
///   turn first then.
/// - What is refused, or has failed for kLife, is given up: a dead letter.
/// - What was delivered and could not be written down is remembered, and not delivered again.
class Courier {
public:
    static constexpr std::chrono::hours kLife{24 * 3};
    static constexpr std::chrono::seconds kRetryBase{5};
    static constexpr std::chrono::minutes kChannelWaitMax{5};
    static constexpr std::chrono::hours kNoticeWaitMax{1};
    /// A catalog that cannot be written is told of, without it, after this long: longer than what
    /// is recorded afterwards, so that each such message has its end.
    static constexpr std::chrono::seconds kTroubleTold{60};

    struct Step {
        std::vector<catalog::Notice> sends;  ///< To `channel` of each; tell on_result().
        /// Channels that are to be told again what is open; tell on_resent().
        std::vector<std::string> resends;
        /// To be written into the catalog; tell on_written(). None while such are on their way.
        std::vector<catalog::DeliveryTick> ticks;
        SteadyTime wake_at = SteadyTime::max();
    };

    Courier(std::vector<std::string> channels, Random& random);

    /// The settings were read again. Messages of channels that are no more are given up as they
    /// fall due.
    void set_channels(std::vector<std::string> channels);

    /// A channel whose receiver forgets: it is told again what is open, this often.
    void resend(const std::string& channel, std::chrono::milliseconds every);

    /// What the outbox has due, all of it: takes the place of what was told before. Reading and
    /// writing the outbox are told in the order in which they were done.
    void on_due(std::vector<catalog::Notice> due, SteadyTime now);
    /// The ticks of the last step that had some were written, or could not be.
    void on_written(bool written);
    void on_result(const catalog::Notice& notice, const Delivery& delivery, SteadyTime now,
                   WallTime wall);

    void on_resent(const std::string& channel, const Delivery& delivery, SteadyTime now);

    /// The catalog cannot be written since `since`: what is told of that does not come from it.
    void on_catalog_trouble(WallTime since, std::string message, SteadyTime now);
    void on_catalog_recovered() { trouble_.reset(); }

    /// Nothing more is sent; what became of what was is still written.
    void stop() noexcept { stopping_ = true; }

    [[nodiscard]] Step on_tick(SteadyTime now);

    /// Results that are not in the catalog yet.
    [[nodiscard]] std::size_t unwritten() const noexcept { return ticks_.size(); }
    /// Messages on their way.
    [[nodiscard]] std::size_t in_flight() const noexcept;

private:
    struct Line {
        std::vector<catalog::Notice> waiting;       ///< In order.
        std::optional<std::string> in_flight;       ///< Its key; empty: what is told again.
        int failures = 0;                           ///< In a row.
        SteadyTime open_at{};                       ///< After failures.
        bool told_trouble = false;                  ///< Or it has been given up.
        std::chrono::milliseconds resend_every{0};  ///< 0: never.
        SteadyTime resend_at{};
    };
    struct Trouble {
        WallTime since;
        std::string message;
        SteadyTime tell_at;
    };

    [[nodiscard]] std::optional<catalog::Notice> next(const std::string& channel, Line& line,
                                                      SteadyTime now);
    void send(const std::string& channel, Line& line, SteadyTime now, Step& step);
    [[nodiscard]] catalog::Notice trouble_notice(const std::string& channel) const;
    [[nodiscard]] catalog::DeliveryTick failed(Line& line, const catalog::Notice& notice,
                                               const Delivery& delivery, SteadyTime now);
    std::chrono::milliseconds failed(Line& line, const Delivery& delivery, SteadyTime now);
    [[nodiscard]] SteadyTime wake_at(const Line& line) const;

    Random& random_;
    std::map<std::string, Line> lines_;
    /// When each message was read: its age goes on from there.
    SteadyTime read_at_{};
    std::map<std::string, catalog::DeliveryTick> ticks_;  ///< By key; not in the catalog yet.
    std::set<std::string> writing_;                       ///< Keys of those on their way there.
    std::optional<Trouble> trouble_;
    bool stopping_ = false;
};

}  // namespace vodcatalog
