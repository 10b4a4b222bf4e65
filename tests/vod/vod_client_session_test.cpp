#include "tests/vod/vod_client_world.h"

namespace vodcatalog {
namespace {

class VodClientSessionTest : public VodClientWorld {};

// ---- Sessions

TEST_F(VodClientSessionTest, WithoutCredentialsNothingIsSent) {
    sessions_->session_ = nullptr;
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::session);
    EXPECT_EQ(error.code, "NoCredentials");
    EXPECT_EQ(error.message, "there are no credentials to sign with: none have been given");
    EXPECT_NE(error.advice.find("the account's credentials"), std::string::npos);
    EXPECT_TRUE(http_.requests().empty());
    EXPECT_TRUE(sessions_->refused_.empty());

    sessions_->session_ = session("2");
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    sessions_->session_ = nullptr;
    EXPECT_EQ(ask().error->code, "NoCredentials");
    EXPECT_EQ(outcome_.requests, 0);
}

TEST_F(VodClientSessionTest, SignsEachCallWithTheCurrentSession) {
    http_.then_answer(200, kFound);
    ask();
    sessions_->session_ = session("2", "token");
    http_.then_answer(200, kFound);
    ask();
    EXPECT_NE(header(0, "Authorization").find("Credential=CANARYKEY-1,"), std::string::npos);
    EXPECT_EQ(header(0, "x-acs-security-token"), "");
    EXPECT_NE(header(1, "Authorization").find("Credential=CANARYKEY-2,"), std::string::npos);
    EXPECT_EQ(header(1, "x-acs-security-token"), "token");
    EXPECT_EQ(header(1, "x-acs-accesskey-id"), "CANARYKEY-2");
}

TEST_F(VodClientSessionTest, TriesAnExpiredSessionAgainAtOnceOnlyIfAnotherHasCome) {
    for (const char* code : {"InvalidSecurityToken.Expired", "InvalidAccessKeyId.NotFound",
                             "InvalidAccessKeyId.Inactive", "SignatureDoesNotMatch"}) {
        SCOPED_TRACE(code);
        const auto old = sessions_->session_;
        const std::size_t refused = sessions_->refused_.size();
        const std::size_t requests = http_.requests().size();

        http_.then_answer(400, error_body(code));
        EXPECT_EQ(ask().error->code, code);
        EXPECT_EQ(http_.requests().size(), requests + 1);

        sessions_->next_ = session("2", "token");
        http_.then_answer(400, error_body(code));
        http_.then_answer(200, kFound);
        EXPECT_FALSE(ask().error);
        EXPECT_NE(header(requests + 2, "Authorization").find("CANARYKEY-2"), std::string::npos);
        ASSERT_EQ(sessions_->refused_.size(), refused + 2);
        EXPECT_EQ(sessions_->refused_.back(), old);
        sessions_->session_ = session("1");
    }
}

TEST_F(VodClientSessionTest, AnExpiredSessionIsAClassOfItsOwn) {
    EXPECT_EQ(error_of(403, error_body("InvalidSecurityToken.Expired")).error_class,
              CallErrorClass::session);
}

TEST_F(VodClientSessionTest, TriesOneOtherSessionAndNoMore) {
    const auto second = session("2");
    sessions_->next_ = second;
    http_.then_answer(400, error_body("InvalidSecurityToken.Expired"));
    http_.then([&](const auto&, auto& response) {
        sessions_->next_ = session("3");
        response.status = 400;
        response.body = error_body("InvalidSecurityToken.Expired");
    });
    EXPECT_EQ(ask().error->error_class, CallErrorClass::session);
    EXPECT_EQ(sessions_->refused_.size(), 2U);
    EXPECT_EQ(sessions_->refused_.back(), second);
}

TEST_F(VodClientSessionTest, DoesNotTryAgainWhenTheOtherSessionIsNone) {
    http_.then([this](const auto&, auto& response) {
        sessions_->session_ = nullptr;
        response.status = 400;
        response.body = error_body("InvalidSecurityToken.Expired");
    });
    EXPECT_EQ(ask().error->code, "InvalidSecurityToken.Expired");
}

TEST_F(VodClientSessionTest, BlamesTheSessionForNothingElse) {
    sessions_->next_ = session("2");
    for (const char* code : {"Forbidden.RAM", "OperationDenied", "Throttling", "InternalError",
                             "InvalidParameter", "InvalidVersion", "IncompleteSignature"}) {
        EXPECT_EQ(error_of(400, error_body(code)).code, code);
    }
    EXPECT_TRUE(sessions_->refused_.empty());
}

// ---- Second attempts

TEST_F(VodClientSessionTest, ASecondAttemptIsSignedAfresh) {
    http_.then([this](const auto&, auto&) {
        clock_.advance(1s);
        sessions_->session_ = session("2");
        throw StaleConnection("closed");
    });
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    ASSERT_EQ(http_.requests().size(), 2U);
    EXPECT_EQ(outcome_.requests, 2);
    EXPECT_NE(header(0, "x-acs-signature-nonce"), header(1, "x-acs-signature-nonce"));
    EXPECT_EQ(header(0, "x-acs-date"), "2026-01-02T03:04:05Z");
    EXPECT_EQ(header(1, "x-acs-date"), "2026-01-02T03:04:06Z");
    EXPECT_NE(header(1, "Authorization").find("CANARYKEY-2"), std::string::npos);
    EXPECT_EQ(http_.requests()[0].target, http_.requests()[1].target);
}

TEST_F(VodClientSessionTest, AConnectionThatIsStaleTwiceIsATransportError) {
    http_.then_throw(StaleConnection("closed"));
    http_.then_throw(StaleConnection("closed again"));
    const CallError error = *ask().error;
    EXPECT_EQ(error.error_class, CallErrorClass::transport);
    EXPECT_EQ(error.message, "closed again");
}

TEST_F(VodClientSessionTest, TheSessionMayBeGoneOnceTheConnectionIsStale) {
    http_.then([this](const auto&, auto&) {
        sessions_->session_ = nullptr;
        throw StaleConnection("closed");
    });
    EXPECT_EQ(ask().error->code, "NoCredentials");
}

TEST_F(VodClientSessionTest, SignsAgainOnceWhereANonceWasUsed) {
    http_.then_answer(400, error_body("signaturenonceused"));
    http_.then_answer(200, kFound);
    EXPECT_FALSE(ask().error);
    EXPECT_NE(header(0, "x-acs-signature-nonce"), header(1, "x-acs-signature-nonce"));

    http_.then_answer(400, error_body("SignatureNonceUsed"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    EXPECT_EQ(ask().error->error_class, CallErrorClass::server);
}

TEST_F(VodClientSessionTest, EachCauseIsGoodForOneMoreAttempt) {
    sessions_->next_ = session("2");
    clock_.jump_wall(-20min);
    const Headers now{{"Date", date_header(clock_.undisturbed())}};
    http_.then_throw(StaleConnection("closed"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    http_.then_answer(400, error_body("InvalidTimeStamp.Expired"), now);
    http_.then_answer(400, error_body("InvalidSecurityToken.Expired"));
    http_.then_answer(400, error_body("SignatureNonceUsed"));
    EXPECT_EQ(ask().error->code, "SignatureNonceUsed");
}

}  // namespace
}  // namespace vodcatalog
