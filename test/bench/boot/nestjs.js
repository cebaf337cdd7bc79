/** NestJS: a module with one provider for each plugin; a dependency is an import of the other's module. */
// oxlint-disable-next-line import/no-unassigned-import -- it adds to Reflect what Nest's decorators write with
import "reflect-metadata";
import { Inject, Injectable, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";

export function prepare(graph) {
  let started = 0;
  const providers = [];
  const modules = [];
  for (const needs of graph) {
    class Plugin {
      onModuleInit() {}
      onApplicationBootstrap() {
        started++;
      }
    }
    Injectable()(Plugin);
    for (const [place, need] of needs.entries()) Inject(providers[need])(Plugin, undefined, place);
    function PluginModule() {}
    const imports = needs.map((need) => modules[need]);
    Module({ imports, providers: [Plugin], exports: [Plugin] })(PluginModule);
    providers.push(Plugin);
    modules.push(PluginModule);
  }
  function Root() {}
  Module({ imports: modules })(Root);
  const boot = () => NestFactory.createApplicationContext(Root, { logger: false, abortOnError: false });
  return { boot, check: () => started };
}
