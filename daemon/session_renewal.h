#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/logging.h"
#include "daemon/vod/credentials/credentials_settings.h"
#include "daemon/vod/credentials/session_keeper.h"
#include "daemon/vod/credentials/session_slot.h"

namespace vodcatalog {

/// Keeps one account's credentials good: asks its provider when its keeper says so, and puts what
/// comes into the slot that the account's clients sign with. Says in the log what became of them. A
/// provider that gives nothing, or that fails, is asked again, further and further apart; what was
/// there stays in use while it lasts.
///
/// No thread of its own; one at a time, but for source().
class SessionRenewal {
public:
    /// All of `seams` and `log` must outlive it, and `seams.clock` the source too. `bell` is rung
    /// when a turn is to be taken before wake_at().
    SessionRenewal(std::string account, const CredentialsSettings& settings,
                   const ProviderSeams& seams, Log& log, std::shared_ptr<Bell> bell);

    /// Does what is due. With `at_once_only` nothing that asks the network. May take as long as the
    /// provider's requests. Returns whether there are other credentials than before.
    bool take_turn(bool at_once_only = false);
    /// When a turn is due next; looking at files and at the source's refusals has no time.
    [[nodiscard]] SteadyTime wake_at() const noexcept { return keeper_.wake_at(); }
    /// The redactor does not forget the session in use.
    void keep_known();

    [[nodiscard]] std::shared_ptr<SessionSource> source() const { return slot_; }

private:
    bool fetch();
    bool hand_out(const std::optional<SessionEvent>& event);

    const std::string account_;
    const Clock& clock_;
    Redactor& redactor_;
    Log& log_;
    const std::unique_ptr<Provider> provider_;
    SessionKeeper keeper_;
    const std::shared_ptr<SessionSlot> slot_;
};

}  // namespace vodcatalog
