#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "daemon/clock.h"
#include "daemon/vod/credentials.h"

namespace vodcatalog {

/// Credentials as one provider gave them, for as long as they last. Never changes once made.
struct Session {
    Credentials credentials;
    std::optional<WallTime> expires_at;  ///< Nothing: good until they are replaced.
    std::string provider;                ///< For people: "static", "environment", "oidc" ...
};

/// Where the clients of one account find what to sign with. Any thread.
class SessionSource {
public:
    virtual ~SessionSource() = default;
    /// Null: there is none yet, or none any more; no call can be signed.
    [[nodiscard]] virtual std::shared_ptr<const Session> current() const = 0;
    /// Why there is none, if there is none, as words of a sentence; without secrets.
    [[nodiscard]] virtual std::string missing_because() const { return "none have been given"; }
    /// The cloud refused `session`, as expired or as unknown: it is to be replaced soon, unless it
    /// has been already.
    virtual void refused(const std::shared_ptr<const Session>& session) = 0;
};

/// A session that is never replaced.
class FixedSession final : public SessionSource {
public:
    explicit FixedSession(Credentials credentials)
        : session_(std::make_shared<const Session>(
              Session{std::move(credentials), std::nullopt, "static"})) {}

    [[nodiscard]] std::shared_ptr<const Session> current() const override { return session_; }
    void refused(const std::shared_ptr<const Session>&) override {}

private:
    const std::shared_ptr<const Session> session_;
};

}  // namespace vodcatalog
