# frozen_string_literal: true

module Hostbill
  # A whole answer; the methods of Client#answers return these instead of the data alone.
  #
  # data:: what the portal answered
  # info:: what it wants to tell beside the data, such as "Record added"
  # meta:: "operation", "http_status", "attempts", "elapsed_ms" and, if one was given, "tag"
  Answer = Struct.new(:data, :info, :meta) do
    # @api private
    def self.from(document)
      new(document["data"], document["info"] || [], document["meta"] || {})
    end
  end
end
