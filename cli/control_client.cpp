#include "cli/control_client.h"

#include <Poco/Exception.h>
#include <Poco/JSON/Parser.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/Timespan.h>
#include <unistd.h>

#include <istream>

#include "cli/failure.h"

namespace vodcatalog {
namespace {

constexpr std::size_t kAnswerMax = 65'536;

Poco::Net::StreamSocket connected(const std::filesystem::path& socket,
                                  const Poco::Timespan& patience) {
    const std::string where = "control socket " + socket.string() + ": ";
    if (access(socket.c_str(), F_OK) == 0 && access(socket.c_str(), W_OK) != 0) {
        throw Failure(ExitCode::refused, where +
                                             "this user may not use it; become a member of the "
                                             "group vodcatalog-admin");
    }
    try {
        Poco::Net::StreamSocket stream;
        stream.connect({Poco::Net::SocketAddress::UNIX_LOCAL, socket.string()}, patience);
        stream.setReceiveTimeout(patience);
        stream.setSendTimeout(patience);
        return stream;
    } catch (const Poco::Exception& error) {
        throw Failure(ExitCode::unavailable,
                      where + "no daemon listens there (" + error.displayText() +
                          "); see `systemctl status vodcatalog`, and name the daemon's settings "
                          "with --config");
    }
}

struct Answer {
    int status = 0;
    std::string body;
};

Answer post(const Poco::Net::StreamSocket& socket, const std::string& path, const std::string& body,
            const Poco::Timespan& patience) {
    Poco::Net::HTTPClientSession session(socket);
    session.setTimeout(patience);
    Poco::Net::HTTPRequest request(Poco::Net::HTTPRequest::HTTP_POST, path,
                                   Poco::Net::HTTPMessage::HTTP_1_1);
    request.setHost("localhost");
    request.setContentType("application/json");
    request.setContentLength(static_cast<std::streamsize>(body.size()));
    session.sendRequest(request) << body;
    Poco::Net::HTTPResponse response;
    std::istream& stream = session.receiveResponse(response);
    Answer answer{response.getStatus(), std::string(kAnswerMax, '\0')};
    stream.read(answer.body.data(), static_cast<std::streamsize>(kAnswerMax));
    answer.body.resize(static_cast<std::size_t>(stream.gcount()));
    return answer;
}

ExitCode exit_code(int http_status) {
    if (http_status == 503 || http_status == 504) return ExitCode::unavailable;
    if (http_status == 400 || http_status == 404) return ExitCode::usage;
    return ExitCode::software;
}

}  // namespace

Poco::JSON::Object::Ptr ask_daemon(const std::filesystem::path& socket, const std::string& path,
                                   const std::string& body, std::chrono::seconds patience) {
    const Poco::Timespan time(static_cast<long>(patience.count()), 0);
    const Poco::Net::StreamSocket stream = connected(socket, time);
    try {
        const Answer answer = post(stream, path, body, time);
        auto object = Poco::JSON::Parser().parse(answer.body).extract<Poco::JSON::Object::Ptr>();
        if (answer.status == 200) return object;
        throw Failure(exit_code(answer.status), object->getValue<std::string>("error"));
    } catch (const Poco::Exception& error) {
        throw Failure(ExitCode::unavailable,
                      "control socket " + socket.string() + ": no answer to be understood (" +
                          error.displayText() + "); see the daemon's log, and try again");
    }
}

std::int64_t number_of(const Poco::JSON::Object& answer, const std::string& name) {
    try {
        return answer.getValue<std::int64_t>(name);
    } catch (const Poco::Exception& error) {
        throw Failure(ExitCode::software, "the daemon's answer lacks " + name + " (" +
                                              error.displayText() +
                                              "); install the same version of both programs");
    }
}

}  // namespace vodcatalog
