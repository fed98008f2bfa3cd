# frozen_string_literal: true

# Runs every test beside it and ends with one line: "N passed, N failed".

require "minitest"

Dir[File.join(__dir__, "*_test.rb")].sort.each { |file| require file }

class Tally < Minitest::StatisticsReporter
  def report
    super
    bad = failures + errors
    io.puts "#{count - bad - skips} passed, #{bad} failed"
  end
end

# As a plugin, whose reporter comes after those that Minitest has itself.
def Minitest.plugin_tally_init(options)
  reporter << Tally.new(options[:io], options)
end
Minitest.extensions << "tally"
exit Minitest.run(ARGV)
