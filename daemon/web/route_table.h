#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "daemon/web/web_reply.h"
#include "daemon/web/web_request.h"

namespace vodcatalog {

/// What is done with one kind of request.
struct Route {
    std::string method;  ///< "GET" answers HEAD too.
    std::string path;    ///< The whole path.
    /// A function of the request, called by any of the server's threads, by several at once. Throws
    /// WebRefusal for what it does not do, and catalog::Retryable for what cannot be done now.
    std::function<WebReply(const WebRequest&)> handler;
    std::size_t body_bytes_max = 0;
};

/// Who answers what. Filled before its server starts, and never changed after.
class RouteTable {
public:
    void add(Route route) { routes_.push_back(std::move(route)); }
    /// Throws WebRefusal: 404, or 405 if the path is known.
    [[nodiscard]] const Route& find(const WebRequest& request) const;
    /// What its handler, or a refusal, says. Throws what a handler throws that is a bug.
    [[nodiscard]] WebReply answer(const WebRequest& request) const;

private:
    std::vector<Route> routes_;
};

}  // namespace vodcatalog
