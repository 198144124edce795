// One browser and one appliance at a time: two cores.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
