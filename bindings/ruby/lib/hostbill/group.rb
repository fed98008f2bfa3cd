# frozen_string_literal: true

module Hostbill
  # Operations that belong together, such as client.domains.
  class Group
    # @api private
    def initialize(name, perform)
      @name = name
      @perform = perform
    end

    def inspect = "#<Hostbill operations of #{@name}>"

    private

    # A parameter that is nil was not given; this portal may not even know it.
    def perform(operation, params, options)
      @perform.call(operation, params.compact, options)
    end
  end
end
