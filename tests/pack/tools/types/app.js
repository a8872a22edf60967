// A use of every subpath. It compiles only where all their types are found: as `any` the wrong lines would be right.
import { startRefreshLoop } from 'evertoken';
import * as angular from 'evertoken/angular';
import * as axios from 'evertoken/axios';
import * as react from 'evertoken/react';
import * as slim from 'evertoken/slim';
import * as svelte from 'evertoken/svelte';
import * as vue from 'evertoken/vue';

/** @type {Promise<import('evertoken').Session>} */
export const session = startRefreshLoop({ refresh: async () => null });

// @ts-expect-error: no such option
startRefreshLoop({ refresh: false, idleTimeuot: '5m' });

export const wrong = [
  // @ts-expect-error: no such name
  angular.nothing,
  // @ts-expect-error: no such name
  axios.nothing,
  // @ts-expect-error: no such name
  react.nothing,
  // @ts-expect-error: no such name
  slim.nothing,
  // @ts-expect-error: no such name
  svelte.nothing,
  // @ts-expect-error: no such name
  vue.nothing,
];
