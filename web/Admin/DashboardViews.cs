using PlexBridge.Web.Shared;

namespace PlexBridge.Web.Admin;

/// <summary>The first page's views by name and model: the only door to the classes that the Razor compiler makes.</summary>
public static class DashboardViews
{
    /// <summary>The first page, whole.</summary>
    public static View Page(DashboardModel model) => new Shared_Layout
    {
        Model = new LayoutModel("PlexBridge", model.Version, model.EventsAddress, new Admin_Dashboard { Model = model }),
    };

    /// <summary>Topic <c>warnings</c>.</summary>
    public static View Warnings(IReadOnlyList<WarningModel> model) => new Admin_Warnings { Model = model };

    /// <summary>Topic <c>tuners</c>.</summary>
    public static View Tuners(IReadOnlyList<TunerModel> model) => new Admin_Tuners { Model = model };

    /// <summary>Topic <c>sessions</c>.</summary>
    public static View Sessions(IReadOnlyList<SessionModel> model) => new Admin_Sessions { Model = model };

    /// <summary>Topic <c>sources</c>.</summary>
    public static View Sources(SourcesModel model) => new Admin_Sources { Model = model };

    /// <summary>Topic <c>lineup</c>.</summary>
    public static View Lineup(LineupModel model) => new Admin_Lineup { Model = model };

    /// <summary>How to add the tuner to Plex.</summary>
    public static View Connect(ConnectModel model) => new Admin_Connect { Model = model };
}
