// Tickets: who reads them, who answers, and their files.
#include "people.hpp"

namespace hostbill::sandbox::test {
namespace {

using testing::HasSubstr;

std::string read_flag(const Box &box, const std::string &number) {
    Answer list = box.get("/tickets");
    for (const json::Value &ticket : *list.at({"tickets"}).array())
        if (*ticket.find("ticket_number")->string() == number)
            return *ticket.find("client_read")->string();
    return "no such ticket";
}

std::string set(const Box &box, const std::string &number, const std::string &state) {
    return json::write_utf8(
        box.control(R"({"command":"set_state","kind":"ticket","id":)" + number + R"(,"state":")" + state + "\"}"));
}

std::string with_file(const std::string &name, const std::string &content) {
    return R"({"subject":"s","body":"b","attachments":[{"filename":")" + name + R"(","content":")" + content + "\"}]}";
}

TEST(Tickets, AreReadWhenTheyAreLookedAt) {
    Box box("elsecloud");
    EXPECT_EQ(read_flag(box, "520417"), "0");
    EXPECT_EQ(read_flag(box, "520415"), "1");
    box.get("/tickets/520417");
    EXPECT_EQ(read_flag(box, "520417"), "1");
}

TEST(Tickets, AreAnsweredByTheDesk) {
    Box box("coloup");
    set(box, "520415", "Answered");
    EXPECT_EQ(read_flag(box, "520415"), "0");
    Answer told = box.get("/notifications/new");
    EXPECT_EQ(told.word({"notifications", "0", "rel_type"}), "Ticket");
    EXPECT_EQ(told.word({"notifications", "0", "rel_id"}), "520415");
    Answer ticket = box.get("/tickets/520415");
    EXPECT_EQ(ticket.word({"ticket", "status"}), "Answered");
    EXPECT_EQ(ticket.word({"replies", "0", "type"}), "Admin");
    EXPECT_EQ(read_flag(box, "520415"), "1");
    box.post("/tickets/520415", R"({"body":"Thank you"})");
    EXPECT_EQ(box.get("/tickets/520415").word({"ticket", "status"}), "Client-Reply");
    EXPECT_EQ(box.get("/tickets/520415").word({"replies", "1", "type"}), "Client");
    set(box, "520415", "In-Progress");
    EXPECT_EQ(box.get("/tickets/520415").word({"ticket", "status"}), "In-Progress");
    EXPECT_EQ(box.get("/tickets/520415").at({"replies"}).array()->size(), 2U);
    set(box, "520415", "gone");
    EXPECT_EQ(box.get("/tickets/520415").error(), "Ticket 520415 not found");
    EXPECT_THAT(set(box, "520417", "gone"), HasSubstr("gone"));
    EXPECT_EQ(box.get("/ticket/attachment/notes.txt").error(), "Attachment notes.txt not found");
}

TEST(Tickets, ThatAreOpenAreNotReopened) {
    Box box("coloup");
    EXPECT_EQ(box.put("/tickets/520417/open").word({"status"}), "true");
    EXPECT_EQ(box.get("/tickets/520417").word({"ticket", "status"}), "Answered");
}

TEST(Tickets, KeepTheirFiles) {
    Box box("elsecloud");
    const std::string path = "/tickets/" + box.post("/tickets", with_file("Screen.PNG", "iVBORw0K")).word({"ticket"});
    Answer ticket = box.get(path);
    const std::string id = ticket.word({"ticket", "attachments", "0", "id"});
    EXPECT_EQ(ticket.word({"ticket", "attachments", "0", "filename"}), "Screen.PNG");
    Answer file = box.get("/ticket/attachment/" + id);
    EXPECT_EQ(file.word({"filename"}), "Screen.PNG");
    EXPECT_EQ(file.word({"type"}), "image/png");
    EXPECT_EQ(file.word({"size"}), "6");
    EXPECT_EQ(file.word({"content"}), "iVBORw0K");
    box.post(path, R"({"body":"b","attachments":[{"filename":"a.txt","content":"QQ=="}]})");
    EXPECT_EQ(box.get(path).word({"replies", "0", "attachments", "0", "filename"}), "a.txt");
    EXPECT_EQ(box.get("/ticket/attachment/a.txt").word({"content"}), "QQ==");
    EXPECT_EQ(box.ledger("files_attached"), 2);
}

TEST(Tickets, FilesAreFoundByNameWithinTheirTicket) {
    Box box("elsecloud");
    const std::string first = box.post("/tickets", with_file("same.txt", "QQ==")).word({"ticket"});
    const std::string second = box.post("/tickets", with_file("same.txt", "QkI=")).word({"ticket"});
    EXPECT_EQ(box.get("/ticket/attachment/same.txt?number=" + first).word({"content"}), "QQ==");
    EXPECT_EQ(box.get("/ticket/attachment/same.txt?number=" + second).word({"content"}), "QkI=");
    EXPECT_EQ(box.get("/ticket/attachment/same.txt").word({"content"}), "QkI=");
    EXPECT_EQ(box.get("/ticket/attachment/notes.txt?number=" + first).error(), "Attachment notes.txt not found");
}

TEST(Tickets, RefuseFilesTheyDoNotTake) {
    Box box("elsecloud");
    auto error = [&](const std::string &body) { return box.post("/tickets", body).error(); };
    EXPECT_THAT(error(with_file("tool.exe", "QQ==")), HasSubstr("attachments[0][filename] must end in one of: .gif;"));
    EXPECT_THAT(error(with_file(".png", "QQ==")), HasSubstr("must end in"));
    EXPECT_THAT(error(with_file("../x.png", "QQ==")), HasSubstr("is not the name of a file"));
    EXPECT_THAT(error(with_file("x.png", "?")), HasSubstr("[content] must be base64"));
    EXPECT_THAT(error(with_file("x.png", "")), HasSubstr("[content] is required"));
    EXPECT_THAT(error(with_file("x.png", std::string(3 * 1024 * 1024, 'A'))), HasSubstr("is larger than"));
    EXPECT_THAT(error(R"({"subject":"s","body":"b","attachments":"x"})"), HasSubstr("must be a list"));
    EXPECT_THAT(error(R"({"subject":"s","body":"b","attachments":[1,1,1,1,1,1]})"), HasSubstr("more than 5"));
    EXPECT_EQ(box.ledger("tickets_created"), 0);
    EXPECT_THAT(box.get("/tickets").text, testing::Not(HasSubstr("520418")));
}

TEST(Tickets, OfAContactAreItsOwn) {
    Box box("elsecloud");
    Person writer(box, "writer", R"({"support":["newticket"]})");
    EXPECT_EQ(writer.get("/tickets").text, R"({"tickets":[]})");
    EXPECT_THAT(writer.get("/tickets/520417").error(), HasSubstr("support.tickets"));
    EXPECT_THAT(writer.get("/ticket/attachment/notes.txt").error(), HasSubstr("support.tickets"));
    EXPECT_THAT(writer.ask("POST", "/tickets/520415", R"({"body":"b"})").error(), HasSubstr("support.tickets"));
    const std::string number = writer.ask("POST", "/tickets", with_file("mine.txt", "QQ==")).word({"ticket"});
    EXPECT_EQ(writer.get("/tickets").word({"tickets", "0", "ticket_number"}), number);
    EXPECT_EQ(writer.get("/ticket/attachment/mine.txt").word({"content"}), "QQ==");
    EXPECT_THAT(writer.ask("PUT", "/tickets/" + number + "/close").error(), HasSubstr("support.closeticket"));
    Answer seen = box.get("/tickets/" + number);
    EXPECT_EQ(seen.word({"ticket", "name"}), "Pat writer");
    EXPECT_EQ(seen.word({"ticket", "email"}), "writer@example.net");
    writer.grant(R"({"support":["newticket","tickets","closeticket"]})");
    EXPECT_GT(writer.get("/tickets").at({"tickets"}).array()->size(), 10U);
    EXPECT_EQ(writer.ask("POST", "/tickets/520415", R"({"body":"b"})").error(), "");
    EXPECT_EQ(box.get("/tickets/520415").word({"replies", "0", "name"}), "Pat writer");
    EXPECT_EQ(writer.ask("PUT", "/tickets/" + number + "/close").error(), "");
}

} // namespace
} // namespace hostbill::sandbox::test
