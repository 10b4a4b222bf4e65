#include "daemon/session_log.h"

#include <string>

#include "catalog/wall_time.h"

namespace vodcatalog {
namespace {

std::string until(const std::optional<WallTime>& expires_at) {
    return expires_at ? catalog::to_iso_seconds(*expires_at) : "replaced";
}

class Line {
public:
    Line(Log& log, std::string_view account) : log_(log), account_(account) {}

    void operator()(const SessionObtained& e) const {
        if (e.passed_over.empty()) {
            log_.information("The account has new credentials.",
                             {{"account", account_},
                              {"provider", e.provider},
                              {"valid_until", until(e.expires_at)}});
            return;
        }
        log_.information("The account has new credentials; others were asked before in vain.",
                         {{"account", account_},
                          {"provider", e.provider},
                          {"valid_until", until(e.expires_at)},
                          {"passed_over", e.passed_over}});
    }
    void operator()(const SessionKept& e) const {
        log_.warning(
            "The credentials could not be renewed; the old ones stay in use.",
            {{"account", account_}, {"error", e.why}, {"valid_until", until(e.expires_at)}});
    }
    void operator()(const SessionMissing& e) const {
        log_.warning(
            "The account has no credentials, so the cloud is not asked; they are fetched again "
            "until there are some.",
            {{"account", account_}, {"error", e.why}});
    }

private:
    Log& log_;
    std::string_view account_;
};

}  // namespace

void log_session(Log& log, std::string_view account, const SessionEvent& event) {
    std::visit(Line(log, account), event);
}

}  // namespace vodcatalog
