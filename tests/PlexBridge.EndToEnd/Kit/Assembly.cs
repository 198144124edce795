// One appliance at a time: discovery's port has a fixed number, and two cores are shared with ffmpeg.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]
