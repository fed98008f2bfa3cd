# frozen_string_literal: true

# One client for the customer APIs of web hosts that run the HostBill panel, and a sandbox that serves the same APIs on
# this machine.
#
#     Hostbill::Client.new(portal: "time4vps", username: "user@example.com", password: "...") do |client|
#       client.servers.list.each { |server| puts server["server_id"] }
#     end
#
# Answers are hashes with text keys, arrays, text, integers, true, false and nil; numbers with a fraction are
# BigDecimal. Failures are Hostbill::Error, with a class for each kind of failure.
module Hostbill
  # What the gem was written for; #version is the library's.
  VERSION = "0.1.0"
end

require_relative "hostbill/native"
require_relative "hostbill/error"
require_relative "hostbill/generated/errors"
require_relative "hostbill/documents"
require_relative "hostbill/answer"
require_relative "hostbill/group"
require_relative "hostbill/generated/operations"
require_relative "hostbill/batch"
require_relative "hostbill/client"
require_relative "hostbill/sandbox"

module Hostbill
  module_function

  # The version of the library that is loaded.
  # @return [String]
  def version
    Native.version
  end

  # How the library was built, for bug reports.
  # @return [Hash]
  def build_info
    Native.decode(Native.build_info)
  end

  # What a portal offers: its operations with their parameters, and where they are documented. Needs no network.
  # @param portal [String, Symbol, nil] nil gives all portals
  # @return [Hash]
  # @raise [UsageError] if there is no such portal
  def catalog(portal = nil)
    document = Native.catalog(portal && Documents.name(portal, "portal"))
    raise Error.from(document["error"]) if document["ok"] == false

    document
  end

  # How many clients and texts of the library exist at the moment: 0 when all are closed.
  # @return [Integer]
  def live_objects
    Native.live_objects
  end
end
