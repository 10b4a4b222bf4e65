#include "daemon/web/control_socket.h"

#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Net/ServerSocket.h>
#include <Poco/Net/StreamSocket.h>
#include <Poco/StreamCopier.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "daemon/clock.h"
#include "tests/web/fake_control_target.h"
#include "tests/world/file.h"
#include "tests/world/temp_folder.h"

namespace vodcatalog {
namespace {

using Poco::Net::HTTPRequest;
using Poco::Net::SocketAddress;

class ControlSocketTest : public testing::Test {
protected:
    /// "STATUS BODY".
    std::string post(const std::string& body) {
        Poco::Net::StreamSocket socket(SocketAddress(SocketAddress::UNIX_LOCAL, path.string()));
        Poco::Net::HTTPClientSession session(socket);
        HTTPRequest request(HTTPRequest::HTTP_POST, "/v1/accept-gone", HTTPRequest::HTTP_1_1);
        request.setContentLength(static_cast<std::streamsize>(body.size()));
        session.sendRequest(request) << body;
        Poco::Net::HTTPResponse response;
        std::string answer;
        Poco::StreamCopier::copyToString(session.receiveResponse(response), answer);
        return std::to_string(response.getStatus()) + " " + answer;
    }
    std::unique_ptr<ControlSocket> open() {
        return std::make_unique<ControlSocket>(path, target, log);
    }
    std::string refusal() {
        try {
            open();
        } catch (const catalog::Unusable& error) {
            return error.what();
        }
        return "none";
    }

    world::TempFolder folder;
    const std::filesystem::path path = folder / "control.sock";
    const SystemClock clock{};
    std::string lines;
    Log log{clock, LogLevel::information, LogFormat::text, [](std::string&) {},
            [this](std::string_view line) { lines += line; }};
    FakeControlTarget target;
};

TEST_F(ControlSocketTest, AnswersAndTellsTheLog) {
    const auto socket = open();
    EXPECT_EQ(post(""), R"(200 {"account":"main","images":7})");
    EXPECT_EQ(post(R"({"account": "nobody"})"), R"(404 {"error":"account nobody: there is none"})");
    EXPECT_NE(lines.find("path=/v1/accept-gone http_status=200"), std::string::npos) << lines;
}

TEST_F(ControlSocketTest, OnlyOwnerAndGroupMayUseIt) {
    const auto socket = open();
    struct stat status {};
    ASSERT_EQ(stat(path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0660U);
}

TEST_F(ControlSocketTest, ALongBodyIsRefused) {
    const auto socket = open();
    EXPECT_TRUE(post(std::string(4'097, ' ')).starts_with("413 "));
    EXPECT_TRUE(target.told.empty());
}

TEST_F(ControlSocketTest, RemovesItsFileAtTheEndAndTakesOneThatWasLeft) {
    open();
    EXPECT_FALSE(std::filesystem::exists(path));
    {
        Poco::Net::ServerSocket left;
        left.bind(SocketAddress(SocketAddress::UNIX_LOCAL, path.string()));
    }
    ASSERT_TRUE(std::filesystem::is_socket(path));
    const auto socket = open();
    EXPECT_TRUE(post("").starts_with("200 "));
}

TEST_F(ControlSocketTest, LeavesASocketThatIsInUse) {
    const auto socket = open();
    EXPECT_EQ(refusal(), "control socket " + path.string() +
                             ": another process listens there; give each daemon a control.socket");
    EXPECT_TRUE(post("").starts_with("200 "));
}

TEST_F(ControlSocketTest, LeavesAFileThatIsNoSocket) {
    world::write_file(path, "precious");
    EXPECT_EQ(refusal(), "control socket " + path.string() +
                             ": is no socket; set control.socket to a path that is free");
    EXPECT_EQ(world::read_text(path), "precious");
}

TEST_F(ControlSocketTest, AFolderThatIsNotThereIsToldPlainly) {
    const std::filesystem::path missing = folder / "none" / "control.sock";
    try {
        const ControlSocket socket(missing, target, log);
        FAIL() << "bound";
    } catch (const catalog::Unusable& error) {
        EXPECT_TRUE(std::string_view(error.what())
                        .starts_with("control socket " + missing.string() + ": cannot be bound"))
            << error.what();
    }
}

}  // namespace
}  // namespace vodcatalog
