// A recording of a scene: spikes, values and weights by step.

export class Recording {
  constructor(data) {
    this.engine = data.engine;
    this.steps = data.steps;
    this.lines = data.lines;
    this.spikes = data.spikes;
    this.weights = data.weights;
    this.thresholds = data.thresholds;
    this.fired = {};
    for (const [name, [steps, neurons]] of Object.entries(data.spikes)) {
      const at = Array.from({length: data.steps}, () => []);
      steps.forEach((step, n) => at[step].push(neurons[n]));
      this.fired[name] = at;
    }
    this.changed = {};
    for (const [name, {changes}] of Object.entries(data.weights)) {
      const at = Array.from({length: data.steps}, () => []);
      for (const [step, synapse, weight] of changes) at[step].push([synapse, weight]);
      this.changed[name] = at;
    }
  }

  // Weights of a connection after a step; after step -1, those before the first.
  weightsAfter(name, step) {
    const weights = [...this.weights[name].before];
    for (const [at, synapse, weight] of this.weights[name].changes) {
      if (at > step) break;
      weights[synapse] = weight;
    }
    return weights;
  }

  // Weight of a synapse after each step.
  weightOver(name, synapse) {
    const over = new Array(this.steps).fill(this.weights[name].before[synapse]);
    for (const [at, changed, weight] of this.weights[name].changes) {
      if (changed === synapse) over.fill(weight, at);
    }
    return over;
  }

  // Synapses of a connection that change, in their order.
  changedSynapses(name) {
    const changed = new Set(this.weights[name].changes.map(([, synapse]) => synapse));
    return [...changed].sort((a, b) => a - b);
  }

  value(probe, neuron, step) {
    return this.lines[probe]?.[neuron]?.[step];
  }
}
