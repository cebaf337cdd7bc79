/** What the author of a test may write, and what does not compile. Checked by `npm run types`; nothing here is run. */
import * as v from "valibot";
import {
  BusinessPlugin,
  type Clock,
  hostService,
  type LogRecord,
  type PluginMetadata,
  type PluginResult,
  serviceKey,
} from "backplane";
import {
  type ManualClock,
  pluginContext,
  type PluginTest,
  systemClock,
  testPlugin,
  type UnitContext,
} from "backplane/testing";
import { equal, type Equal } from "./equal.ts";

interface Weather {
  today(city: string): string;
}
const weather = serviceKey<Weather>("weather", "1.0.0");

interface Config {
  readonly city: string;
}

class Forecast extends BusinessPlugin<Config> {
  static override readonly metadata: PluginMetadata<Config> = {
    name: "Forecast",
    version: "1.0.0",
    description: "Tells the weather",
    requires: [weather],
    config: v.strictObject({ city: v.string() }),
  };
  asked = 0;
}

const fake: Weather = { today: (city) => `sun in ${city}` };

/** One plugin in a runtime. */
export async function wholePlugin(): Promise<void> {
  await using test = testPlugin(Forecast, {
    services: [hostService(weather, fake)],
    phases: { start: { delayMs: 5 } },
  });
  equal<Equal<typeof test, PluginTest<Forecast>>>();
  equal<Equal<Awaited<ReturnType<typeof test.start>>, PluginResult>>();
  equal<Equal<typeof test.plugin.asked, number>>();
  equal<Equal<typeof test.clock, ManualClock>>();
  equal<Equal<ReturnType<typeof test.service<Weather>>, Weather>>();
  // @ts-expect-error the plugin has no such member
  void test.plugin.answered;
  // @ts-expect-error only the plugin goes through states
  test.state = "running";
  // @ts-expect-error the fake is not what the key promises
  testPlugin(Forecast, { services: [hostService(weather, { today: 7 })] });
  // @ts-expect-error there is no such phase
  testPlugin(Forecast, { phases: { restart: { delayMs: 5 } } });
  // @ts-expect-error the option is misspelt
  testPlugin(Forecast, { service: [] });
  // @ts-expect-error a class, not an instance
  testPlugin(test.plugin);
  // @ts-expect-error a request comes from a principal with permissions
  await test.fetch("/api/v1/weather", { principal: { subject: "ada" } });
  // @ts-expect-error a duration is a number of milliseconds
  await test.clock.advance("5s");
}

/** A plugin, or a part of it, without a runtime. */
export function parts(): void {
  const context = pluginContext(Forecast, { config: { city: "Oslo" } });
  equal<Equal<typeof context, UnitContext<Config>>>();
  equal<Equal<typeof context.config, Config>>();
  equal<Equal<typeof context.lines, LogRecord[]>>();
  equal<Equal<ReturnType<typeof context.provided<Weather>>, Weather>>();
  void new Forecast(context).asked;
  // @ts-expect-error services are named by keys, not by strings
  context.provided("weather");
  // @ts-expect-error the value is not what the key promises
  context.provideService(weather, { today: 7 });
  // @ts-expect-error the key of the config is misspelt
  void context.config.town;
  // @ts-expect-error the plugin wants other settings
  void new Forecast(pluginContext<{ town: string }>());
  // @ts-expect-error the option is misspelt
  pluginContext(Forecast, { conf: {} });
  const real = pluginContext(Forecast, { clock: systemClock });
  equal<Equal<typeof real.clock, Clock>>();
  // @ts-expect-error the machine's clock cannot be advanced
  void real.clock.advance(5);
}
