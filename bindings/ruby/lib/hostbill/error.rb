# frozen_string_literal: true

module Hostbill
  # The base of all errors. The message is one line for people; programs look at the class and the members below.
  # No member ever holds a secret.
  class Error < StandardError
    # The members an error may have besides its message.
    MEMBERS = %w[status operation http_status portal_errors attempts retryable fields portals reconcile retry_after_s
                 history tag].freeze

    # The classes by the library's word for them: "not_found" is NotFoundError.
    CLASSES = {} # rubocop:disable Style/MutableConstant

    # The error that a document of the library tells of.
    # @api private
    def self.from(document)
      CLASSES.fetch(document["class"], Error).new(document["message"], document)
    end

    # @api private
    def self.inherited(subclass)
      super
      subclass.instance_variable_set(:@error_class, @error_class)
    end

    class << self
      # The library's word for the class, such as "not_found".
      # @return [String, nil]
      attr_reader :error_class

      private

      def stands_for(word)
        @error_class = word
        CLASSES[word] = self
      end
    end

    # @param message [String]
    # @param members [Hash] the other members
    def initialize(message = nil, members = {})
      super(message)
      @members = members
    end

    # The library's word for the class, such as "not_found".
    # @return [String]
    def error_class
      self.class.error_class || @members["class"]
    end

    # The number that stands for the class.
    # @return [Integer, nil]
    def status = @members["status"]

    # The operation that failed.
    # @return [String, nil]
    def operation = @members["operation"]

    # The HTTP status of the last answer; 0 if there was none.
    # @return [Integer, nil]
    def http_status = @members["http_status"]

    # What the portal said.
    # @return [Array<String>]
    def portal_errors = @members["portal_errors"] || []

    # How many requests were sent.
    # @return [Integer]
    def attempts = @members["attempts"] || 0

    # Whether the same call may succeed later, and does no harm.
    # @return [Boolean]
    def retryable = @members["retryable"] || false
    alias retryable? retryable

    # Every mistake in what was given: hashes with "field", "problem", "expected" and "nearest".
    # @return [Array<Hash>]
    def fields = @members["fields"] || []

    # The portals that have the operation, where this one has not.
    # @return [Array<String>]
    def portals = @members["portals"] || []

    # What to give to Client#reconcile to find out what became of the call.
    # @return [Hash, nil]
    def reconcile = @members["reconcile"]

    # In how many seconds to come back, if the portal said so.
    # @return [Numeric, nil]
    def retry_after_s = @members["retry_after_s"]

    # The requests that were sent, if there was more than one: hashes with "attempt", "outcome", "http_status", ...
    # @return [Array<Hash>]
    def history = @members["history"] || []

    # The text that the call was given as its tag.
    # @return [String, nil]
    def tag = @members["tag"]

    # All of it as the library tells it.
    # @return [Hash]
    def to_h
      { "class" => error_class, "message" => message, **@members.slice(*MEMBERS) }
    end
  end
end
