#include "daemon/session_renewal.h"

#include <exception>
#include <utility>
#include <variant>

#include "daemon/session_log.h"

namespace vodcatalog {

SessionRenewal::SessionRenewal(std::string account, const CredentialsSettings& settings,
                               const ProviderSeams& seams, Log& log, std::shared_ptr<Bell> bell)
    : account_(std::move(account)),
      clock_(seams.clock),
      redactor_(seams.redactor),
      log_(log),
      provider_(make_provider(settings, seams)),
      keeper_(seams.random),
      slot_(std::make_shared<SessionSlot>(seams.clock, std::move(bell))) {}

bool SessionRenewal::take_turn(bool at_once_only) {
    const SteadyTime now = clock_.steady();
    if (const auto refused = slot_->take_refused()) keeper_.on_refused(refused, now);
    if (provider_->changed()) keeper_.on_changed(now);
    if (const auto event = keeper_.on_tick(now)) hand_out(event);
    if (!keeper_.due(now) || (at_once_only && !provider_->gives_at_once())) return false;
    return fetch();
}

bool SessionRenewal::fetch() {
    std::optional<SessionEvent> event;
    try {
        Grant grant = provider_->fetch();
        event = keeper_.on_fetched(std::move(grant), clock_.steady());
    } catch (const std::exception& error) {
        event = keeper_.on_failed(error.what(), clock_.steady());
    }
    return hand_out(event);
}

/// Nobody has a session before the redactor knows it.
bool SessionRenewal::hand_out(const std::optional<SessionEvent>& event) {
    keep_known();
    slot_->put(keeper_.current(), keeper_.good_until(), keeper_.why());
    if (!event) return false;
    log_session(log_, account_, *event);
    return std::holds_alternative<SessionObtained>(*event);
}

void SessionRenewal::keep_known() {
    if (const auto session = keeper_.current()) redactor_.know(session->credentials);
}

}  // namespace vodcatalog
