#include "daemon/web/control_socket.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequest.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/ThreadPool.h>
#include <sys/stat.h>

#include <istream>
#include <string>
#include <system_error>
#include <utility>

#include "catalog/error.h"

namespace vodcatalog {
namespace {

using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

constexpr int kThreads = 2;
constexpr int kWaitingMax = 8;
constexpr int kSilenceSeconds = 5;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why,
                         const std::string& advice) {
    throw catalog::Unusable("control socket " + path.string() + ": " + why + "; " + advice);
}

Poco::Net::SocketAddress address_of(const std::filesystem::path& path) {
    return {Poco::Net::SocketAddress::UNIX_LOCAL, path.string()};
}

bool somebody_listens(const std::filesystem::path& path) {
    try {
        const Poco::Net::StreamSocket probe(address_of(path));
        return true;
    } catch (const Poco::Exception&) {
        return false;
    }
}

/// Takes away the file of a process that is gone. Nothing else is removed.
void make_room(const std::filesystem::path& path) {
    std::error_code error;
    const auto status = std::filesystem::symlink_status(path, error);
    if (!std::filesystem::exists(status)) return;
    if (!std::filesystem::is_socket(status))
        refuse(path, "is no socket", "set control.socket to a path that is free");
    if (somebody_listens(path))
        refuse(path, "another process listens there", "give each daemon a control.socket");
    std::filesystem::remove(path, error);
}

Poco::Net::ServerSocket bound(const std::filesystem::path& path) {
    make_room(path);
    try {
        Poco::Net::ServerSocket socket;
        socket.bind(address_of(path));
        if (chmod(path.c_str(), 0660) != 0)
            throw std::system_error(errno, std::generic_category(), "chmod");
        socket.listen(kWaitingMax);
        return socket;
    } catch (const Poco::Exception& error) {
        refuse(path, "cannot be bound (" + error.displayText() + ")",
               "set control.socket to a path in a folder that this user may write");
    } catch (const std::system_error& error) {
        refuse(path, error.what(), "set control.socket to a path that this user may change");
    }
}

std::string body_of(HTTPServerRequest& request) {
    std::string body(ControlRequest::kBodyMax + 1, '\0');
    request.stream().read(body.data(), static_cast<std::streamsize>(body.size()));
    body.resize(static_cast<std::size_t>(request.stream().gcount()));
    return body;
}

class Handler final : public Poco::Net::HTTPRequestHandler {
public:
    Handler(ControlTarget& target, Log& log) : target_(target), log_(log) {}

    void handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) override {
        try {
            send(response, answer(request));
        } catch (const Poco::Exception&) {
            // Whoever asked has hung up; what was asked is done.
        } catch (const std::exception& error) {
            log_.error("A command of the control socket failed; this is a bug, please report it.",
                       {{"path", request.getURI()}, {"error", error.what()}});
            send(response, {500, R"({"error": "a bug of vodcatalogd; its log says more"})"});
        }
    }

private:
    ControlReply answer(HTTPServerRequest& request) {
        ControlRequest asked{request.getMethod(), request.getURI(), body_of(request)};
        if (asked.body.size() > ControlRequest::kBodyMax)
            return {413, R"({"error": "the body is too long"})"};
        ControlReply reply = answer_control(target_, asked);
        log_.information("A command came over the control socket.",
                         {{"path", request.getURI()},
                          {"http_status", reply.http_status},
                          {"answer", reply.body}});
        return reply;
    }

    static void send(HTTPServerResponse& response, const ControlReply& reply) {
        response.setStatus(static_cast<HTTPServerResponse::HTTPStatus>(reply.http_status));
        response.setContentType("application/json");
        response.sendBuffer(reply.body.data(), reply.body.size());
    }

    ControlTarget& target_;
    Log& log_;
};

class Factory final : public Poco::Net::HTTPRequestHandlerFactory {
public:
    Factory(ControlTarget& target, Log& log) : target_(target), log_(log) {}
    Poco::Net::HTTPRequestHandler* createRequestHandler(const HTTPServerRequest&) override {
        return new Handler(target_, log_);
    }

private:
    ControlTarget& target_;
    Log& log_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
    Poco::Net::HTTPServerParams::Ptr parameters = new Poco::Net::HTTPServerParams;
    parameters->setMaxThreads(kThreads);
    parameters->setMaxQueued(kWaitingMax);
    parameters->setKeepAlive(false);
    parameters->setTimeout(Poco::Timespan(kSilenceSeconds, 0));
    return parameters;
}

}  // namespace

struct ControlSocket::State {
    State(const std::filesystem::path& its_path, ControlTarget& target, Log& log)
        : path(its_path), server(new Factory(target, log), threads, bound(path), parameters()) {
        server.start();
    }
    ~State() {
        server.stopAll(true);
        threads.joinAll();
        std::error_code ignored;
        std::filesystem::remove(path, ignored);
    }

    std::filesystem::path path;
    Poco::ThreadPool threads{kThreads, kThreads};
    Poco::Net::HTTPServer server;
};

ControlSocket::ControlSocket(const std::filesystem::path& path, ControlTarget& target, Log& log)
    : state_(std::make_unique<State>(path, target, log)) {}

ControlSocket::~ControlSocket() = default;

}  // namespace vodcatalog
