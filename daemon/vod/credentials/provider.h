#pragma once

#include <optional>
#include <string>

#include "daemon/clock.h"
#include "daemon/vod/session.h"

namespace vodcatalog {

/// What a provider has to give.
struct Grant {
    Session session;
    /// Until when the session lasts, by the cloud's clock where that is known. Nothing: until it is
    /// replaced.
    std::optional<SteadyTime> good_until;
    /// Which providers of a chain were asked before in vain, and why; for people.
    std::string passed_over;
};

/// Where credentials come from: a file, the environment, a service of the cloud. No thread, no
/// memory of what it gave; holds no secret between two calls. One thread at a time.
class Provider {
public:
    /// `name`: one word for people, "oidc"; empty where the message says it already.
    explicit Provider(std::string name) : name_(std::move(name)) {}
    virtual ~Provider() = default;
    Provider(const Provider&) = delete;
    Provider& operator=(const Provider&) = delete;

    /// Credentials as they are now. May take as long as its requests' time-outs. Throws
    /// catalog::Refused if a person has to mend something first, else catalog::Retryable; the
    /// message begins with the provider's name, says what to do, and holds no secret.
    [[nodiscard]] Grant fetch();

    /// fetch() has something to give now, and asks nobody on the network for it.
    [[nodiscard]] virtual bool gives_at_once() const { return false; }
    /// What the last fetch() read is there in a newer form.
    [[nodiscard]] virtual bool changed() const { return false; }

protected:
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

private:
    /// fetch() without the name; may throw catalog::Unusable too.
    [[nodiscard]] virtual Grant ask() = 0;

    const std::string name_;
};

}  // namespace vodcatalog
