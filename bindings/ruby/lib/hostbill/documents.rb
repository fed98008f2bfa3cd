# frozen_string_literal: true

require "bigdecimal"
require "json"

module Hostbill
  # Ruby values to the library's documents; the native part makes values of what comes back.
  # @api private
  module Documents
    # Deeper than anything a portal takes; what contains itself ends here.
    MAX_DEPTH = 100

    PLAIN_NAME = /\A\w+\z/

    # What is no operation's parameters.
    SETTINGS = %w[settings options command].freeze

    # A number as it is to be written.
    Literal = Struct.new(:text) do
      def to_json(*) = text
    end

    module_function

    # @param what [String] names the whole in errors
    # @return [String] the document of a hash
    def write(hash, what)
      refuse(what, what, "must be a hash, not #{kind(hash)}") unless hash.respond_to?(:to_hash)
      flat(hash) || JSON.generate(plain(hash, what, nil, 0), max_nesting: false)
    end

    # What most calls have needs no look: numbers and flags under plain names.
    # @return [String, nil]
    def flat(hash)
      return nil unless hash.instance_of?(Hash)

      out = +"{"
      hash.each do |name, value|
        return nil unless name.instance_of?(Symbol) && PLAIN_NAME.match?(name)
        return nil unless value.instance_of?(Integer) || value == true || value == false

        out << (out.size == 1 ? '"' : ',"') << name.name << '":' << value.to_s
      end
      out << "}"
    end

    # @return [String] text that C can take
    def name(value, what)
      text = value.is_a?(Symbol) ? value.name : value
      refuse(what, what, "must be text, not #{kind(value)}") unless text.is_a?(String)
      text = utf8(text, what, what)
      refuse(what, what, "holds a NUL character") if text.include?("\0")
      text
    end

    # @return the same out of what JSON knows
    def plain(value, what, field, depth)
      case value
      when String then utf8(value, what, field)
      when Symbol then utf8(value.name, what, field)
      when Integer, true, false, nil then value
      when Float, BigDecimal then number(value, what, field)
      else container(value, what, field, depth)
      end
    end

    def container(value, what, field, depth)
      refuse(what, field, "is nested too deeply, or contains itself") if depth >= MAX_DEPTH
      if value.respond_to?(:to_hash)
        members(value.to_hash, what, field, depth)
      elsif value.respond_to?(:to_ary)
        value.to_ary.each_with_index.map { |item, index| plain(item, what, "#{field}[#{index}]", depth + 1) }
      else
        refuse(what, field, "is of type #{kind(value)}, which cannot be sent")
      end
    end

    def members(hash, what, field, depth)
      out = {}
      hash.each do |key, value|
        refuse(what, field, "has a name of type #{kind(key)}") unless [String, Symbol, Integer].any? { |type| type === key }
        name = utf8(key.to_s, what, field)
        inner = field ? "#{field}.#{name}" : name
        refuse(what, inner, "is given twice") if out.key?(name)
        out[name] = plain(value, what, inner, depth + 1)
      end
      out
    end

    # Decimals travel exactly: as text, which every parameter that is a number takes, or in settings as numbers.
    def number(value, what, field)
      refuse(what, field, "is not a finite number") unless value.finite?
      return value if value.is_a?(Float)

      SETTINGS.include?(what) ? Literal.new(value.to_s("F")) : value.to_s("F")
    end

    def utf8(text, what, field)
      # What was read as bytes may well be UTF-8.
      text = text.dup.force_encoding(Encoding::UTF_8) if text.encoding == Encoding::BINARY
      text = text.encode(Encoding::UTF_8) unless text.encoding == Encoding::UTF_8
      refuse(what, field, "is not valid UTF-8") unless text.valid_encoding?
      text
    rescue EncodingError
      refuse(what, field, "cannot be written in UTF-8")
    end

    def kind(value)
      value.class.name || "an unnamed class"
    end

    def refuse(what, field, problem)
      field = (field || what).to_s.scrub
      raise UsageError.new(field == what ? "#{what} #{problem}" : "#{what}: #{field} #{problem}",
                           { "class" => "usage", "status" => -1, "retryable" => false, "attempts" => 0,
                             "fields" => [{ "field" => field, "problem" => problem }] })
    end
  end
end
