package io.vireo.spec;

import io.vireo.spec.Hardware.Clock;
import io.vireo.spec.Hardware.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads the clock and its timers. */
final class ClockReader {

  private static final Pattern ZONE =
      Pattern.compile("(?=.{1,64}$)[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+){0,2}");

  private static final String[] HPET_POLICIES = {"delay", "catchup", "merge", "discard"};
  private static final String[] PIT_POLICIES = {"delay", "catchup", "discard"};
  private static final String[] RTC_POLICIES = {"delay", "catchup"};

  private final FieldReader clock;
  private final boolean emulated;

  ClockReader(FieldReader clock, boolean emulated) {
    this.clock = clock;
    this.emulated = emulated;
  }

  Clock read() {
    if (clock.has("utc") && clock.has("timezone")) {
      clock.problems().invalid(clock.path(), "must have only one of utc and timezone");
    }
    OptionalLong offset =
        clock.objectOrEmpty("utc").number("offsetSeconds", Integer.MIN_VALUE, Integer.MAX_VALUE);
    Optional<String> zone = clock.text("timezone");
    if (zone.isPresent() && !ZONE.matcher(zone.get()).matches()) {
      clock
          .problems()
          .invalid(
              clock.path("timezone"),
              "must be a name like Europe/Berlin, but is " + Problems.quote(zone.get()));
    }
    FieldReader timers = clock.objectOrEmpty("timer");
    List<Timer> read = new ArrayList<>();
    timers.object("rtc").ifPresent(rtc -> read.add(rtc(rtc)));
    timers.object("pit").ifPresent(pit -> read.add(timer(pit, "pit", PIT_POLICIES)));
    timers.object("hpet").ifPresent(hpet -> read.add(timer(hpet, "hpet", HPET_POLICIES)));
    timers.object("kvm").ifPresent(kvm -> read.add(ofKvm(kvm, "kvmclock")));
    timers.object("hyperv").ifPresent(hyperv -> read.add(ofKvm(hyperv, "hypervclock")));
    return new Clock(
        offset.isPresent() ? Optional.of((int) offset.getAsLong()) : Optional.empty(), zone, read);
  }

  private static Timer rtc(FieldReader rtc) {
    return new Timer(
        "rtc",
        isPresent(rtc),
        rtc.oneOf("tickPolicy", RTC_POLICIES),
        rtc.oneOf("track", "guest", "wall"));
  }

  private static Timer timer(FieldReader timer, String name, String[] policies) {
    return new Timer(name, isPresent(timer), timer.oneOf("tickPolicy", policies), Optional.empty());
  }

  private Timer ofKvm(FieldReader timer, String name) {
    boolean present = isPresent(timer);
    if (present && emulated) {
      timer.problems().needsKvm(timer.path(), "this timer");
    }
    return new Timer(name, present, Optional.empty(), Optional.empty());
  }

  private static boolean isPresent(FieldReader timer) {
    return timer.flag("present").orElse(true);
  }
}
