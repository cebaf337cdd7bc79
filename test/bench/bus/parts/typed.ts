import { atLeast, type Report } from "../../harness/report.ts";
import type { Field } from "../field.ts";
import { measureFlow } from "../flow.ts";
import { flowTrial, measureFlows } from "../flow_trial.ts";

const ROUNDS = 5;

/** Log entries in envelopes: encoded once, decoded once. */
export async function typed({ options, pipelined, nats, ownChosen }: Field): Promise<Report> {
  const contestants = [pipelined, nats, ...ownChosen];
  const nameOf = ({ name }: { readonly name: string }): string => `${name}, typed`;
  const trials = contestants.map((contestant) =>
    flowTrial(nameOf(contestant), 1, options, (flow) => measureFlow(contestant, flow)),
  );
  const measured = await measureFlows(trials, options, ROUNDS);
  const columns = [
    { figure: "rate", title: "messages/s" },
    { figure: "brokerUs", title: "broker CPU us each" },
  ];
  const title = "Log entries with their envelope, encoded by the publisher and decoded by the subscriber";
  return {
    tables: [measured.table(title, contestants.map(nameOf), columns, nameOf(pipelined))],
    targets: ownChosen.map((contestant) => {
      const ratio = measured.ratio(nameOf(contestant), nameOf(pipelined), "rate");
      return atLeast(`${nameOf(contestant)}: rate against protobufjs and zeromq.js`, ratio, 3);
    }),
    figures: measured.medians,
  };
}
